import { commit } from '../../audit/public.ts';
import { AppError, notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure, isUniqueViolation } from '../../platform/db/guard.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { draftVersion, includesOfInput, type VersionInput } from '../domain/draft.ts';
import { lineOf, nextTag } from '../domain/next-tag.ts';
import type { Entry } from '../repo/entries.ts';
import { indexEntry } from '../repo/search.ts';
import { advanceEntry, guardLatest, insertVersion, listTagsOfLine, readForVersion } from '../repo/versions.ts';
import { presentVersion } from '../present.ts';
import type { VersionJson } from '../schemas/responses.ts';
import { keepVersionCreated, newVersion, versionCreated, warningsOf } from './new-version.ts';

/** How often a writer that others overtake begins anew. */
const ATTEMPTS = 10;

/**
 * Adds a version with its translations: one read and one batch.
 * @throws AppError not_found, validation_failed, payload_too_large, already_exists for its tag, state_conflict
 */
export async function createVersion(
  context: TenantContext,
  descriptor: ContentDescriptor,
  nameOrId: string,
  input: VersionInput,
): Promise<VersionJson> {
  const { db, scope } = context;
  const includes = includesOfInput(input);
  let taken: ReadonlySet<string> = new Set();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const read = await readForVersion(db, scope, descriptor.type, nameOrId, includes);
    if (read === null) throw notFound(`The ${descriptor.type} "${nameOrId}"`);
    const { entry, known } = read;
    const draft = draftVersion(entry, input);
    const tag = tagFor(entry, input.tag, taken);
    const stored = newVersion(context, entry, draft, { tag, number: entry.latestNumber + 1 });
    const body = presentVersion(descriptor, stored, warningsOf(draft, known));
    try {
      await commit(
        context,
        [
          guardLatest(db, scope, entry),
          ...insertVersion(db, stored.version, draft.translations, draft.includes),
          advanceEntry(db, scope, stored.version),
          indexEntry(db, scope, descriptor.type, entry.id),
          keepVersionCreated(context, stored),
        ],
        versionCreated(stored),
        { status: 201, body },
      );
      return body;
    } catch (error) {
      if (isUniqueViolation(error, 'versions.tag')) {
        if (input.tag !== undefined) throw tagExists(entry, tag);
        taken = await listTagsOfLine(db, scope, entry.id, lineOf(tag));
      } else if (!isGuardFailure(error)) throw error;
    }
  }
  throw new AppError('state_conflict', `Others are adding versions to "${nameOrId}" at this moment. Try again.`);
}

function tagFor(entry: Entry, wanted: string | undefined, taken: ReadonlySet<string>): string {
  const tag = wanted ?? nextTag(entry.latestTag, taken);
  if (tag !== null) return tag;
  throw new AppError('state_conflict', `No patch is left after ${entry.latestTag}. Name the version's tag.`);
}

const tagExists = ({ type, name }: Entry, tag: string): AppError =>
  new AppError(
    'already_exists',
    `The ${type} "${name}" has a version ${tag}, and versions never change. Choose another tag.`,
    {
      errors: [{ path: 'tag', message: 'is in use', code: 'already_exists' }],
    },
  );
