import { type AuditEntry, commit } from '../../audit/public.ts';
import { personOf } from '../../kernel/actor.ts';
import { AppError, notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { retranslate } from '../domain/translate.ts';
import { indexEntry } from '../repo/search.ts';
import {
  findOptionalVersion,
  guardUnchanged,
  guardUnlocked,
  reviseVersion,
  type StoredVersion,
  type Translation,
} from '../repo/versions.ts';

/** How often a translator whom others overtake begins anew. */
const ATTEMPTS = 10;

export interface TranslationRef {
  nameOrId: string;
  tag: string;
  locale: string;
}

/** What is to become of a version's translations. */
export interface TranslationChange {
  translations: Translation[];
  statement: Statement;
  action: 'translation.put' | 'translation.delete';
}

/**
 * Changes a version's translations, and its hash with them, unless a deployment refers to it or somebody else was
 * faster: then it looks again.
 * @param decide throws what is refused; null when nothing changes
 * @throws AppError not_found, version_locked, validation_failed, payload_too_large, state_conflict
 */
export async function changeTranslations(
  context: TenantContext,
  descriptor: ContentDescriptor,
  ref: TranslationRef,
  decide: (stored: StoredVersion) => TranslationChange | null,
): Promise<StoredVersion> {
  const { db, scope } = context;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const stored = await findUnlocked(context, descriptor, ref);
    const { entry, version } = stored;
    const change = decide(stored);
    if (change === null) return stored;
    const person = personOf(context.actor) ?? context.actor.id;
    const contributors = [...new Set([...version.contributors, person])];
    const revised = retranslate(entry.kind, { ...version, translations: stored.translations }, change.translations);
    try {
      await commit(
        context,
        [
          guardUnchanged(db, scope, version),
          guardUnlocked(db, scope, version.id),
          change.statement,
          ...reviseVersion(db, scope, version.id, { ...revised, contributors }),
          indexEntry(db, scope, descriptor.type, entry.id),
        ],
        audit(change.action, stored, ref.locale, revised.contentHash),
      );
      const { contentHash, size } = revised;
      return { ...stored, version: { ...version, contentHash, size, contributors }, translations: change.translations };
    } catch (error) {
      if (!isGuardFailure(error)) throw error;
    }
  }
  throw new AppError('state_conflict', 'Others are translating this version at this moment. Try again.');
}

async function findUnlocked(
  context: TenantContext,
  { type }: ContentDescriptor,
  { nameOrId, tag }: TranslationRef,
): Promise<StoredVersion> {
  const read = await findOptionalVersion(context.db, context.scope, type, nameOrId, tag);
  if (read === null) throw notFound(`The ${type} "${nameOrId}"`);
  if (read.found === null) throw notFound(`The version ${tag} of the ${type} "${read.entry.name}"`);
  if (!read.found.locked) return read.found;
  const { version } = read.found;
  throw new AppError(
    'version_locked',
    `A deployment refers to version ${version.tag} of "${read.entry.name}". Make a new version with the translation, or have the deployment rejected or cancelled.`,
  );
}

const audit = (
  action: TranslationChange['action'],
  { entry, version }: StoredVersion,
  locale: string,
  contentHash: string,
): AuditEntry => ({
  action,
  entity: { type: 'version', id: version.id },
  data: { entryId: entry.id, [entry.type]: entry.name, tag: version.tag, locale, contentHash },
});
