import { type AuditEntry, commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { isUniqueViolation } from '../../platform/db/guard.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { draftVersion, type VersionInput } from '../domain/draft.ts';
import { nextTag } from '../domain/next-tag.ts';
import { type Entry, insertEntry } from '../repo/entries.ts';
import { indexEntry } from '../repo/search.ts';
import { insertVersion, readKnownIncludes } from '../repo/versions.ts';
import { presentEntry, presentVersion } from '../present.ts';
import type { CreatedJson, VersionJson } from '../schemas/responses.ts';
import { keepVersionCreated, newVersion, versionCreated, warningsOf } from './new-version.ts';

export interface NewEntryInput {
  name: string;
  kind: 'text' | 'chat';
  title?: string | null | undefined;
  description?: string | null | undefined;
  category?: string | null | undefined;
  tags?: string[] | undefined;
  locale?: string | undefined;
  version?: VersionInput | undefined;
}

/** Where a version that names no locale, of an entry that names none, belongs. */
const DEFAULT_LOCALE = 'en';

/**
 * Makes an entry and, with `version`, its first version: together or not at all.
 * @throws AppError validation_failed, payload_too_large, already_exists
 */
export async function createEntry(
  context: TenantContext,
  descriptor: ContentDescriptor,
  input: NewEntryInput,
): Promise<CreatedJson> {
  const { db, scope } = context;
  const entry = newEntry(context, descriptor, input);
  const first = input.version === undefined ? null : await firstVersion(context, descriptor, entry, input.version);
  const created: CreatedJson = {
    ...presentEntry(descriptor, entry),
    ...(first === null ? {} : { version: first.body }),
  };
  const audit: AuditEntry = {
    action: descriptor.actions.create,
    entity: { type: descriptor.type, id: entry.id },
    data: { name: entry.name, kind: entry.kind },
  };
  try {
    await commit(
      context,
      [
        ...insertEntry(db, entry),
        ...(first?.statements ?? []),
        indexEntry(db, scope, descriptor.type, entry.id),
        ...keepCreated(context, entry),
      ],
      [audit, ...(first === null ? [] : [first.audit])],
      { status: 201, body: created },
    );
  } catch (error) {
    if (!isUniqueViolation(error, 'entries.name')) throw error;
    throw new AppError(
      'already_exists',
      `There is ${descriptor.type === 'asset' ? 'an asset' : 'a prompt'} "${entry.name}" already. Add a version to it, or choose another ${descriptor.nameField}.`,
      {
        errors: [{ path: descriptor.nameField, message: 'is in use', code: 'already_exists' }],
      },
    );
  }
  return created;
}

/** Of an asset, nobody is told. */
function keepCreated(context: TenantContext, { type, id, name, kind, createdBy }: FreshEntry): Statement[] {
  return type === 'prompt'
    ? [keepEvent(context, 'prompt.created', { promptId: id, prompt: name, kind, createdBy })]
    : [];
}

type FreshEntry = Omit<Entry, 'rowId'>;

function newEntry(context: TenantContext, { type }: ContentDescriptor, input: NewEntryInput): FreshEntry {
  const now = context.now();
  const { name, kind, title = null, description = null, category = null, tags = [], locale = DEFAULT_LOCALE } = input;
  return {
    tenantId: context.scope.tenantId,
    id: newId(type, now),
    type,
    name,
    kind,
    title,
    description,
    category,
    tags,
    locale,
    latestNumber: 0,
    latestTag: null,
    createdBy: context.actor.id,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
}

/** The first version, which the entry is moved on to. */
async function firstVersion(
  context: TenantContext,
  descriptor: ContentDescriptor,
  entry: FreshEntry,
  input: VersionInput,
): Promise<{ statements: Statement[]; audit: AuditEntry; body: VersionJson }> {
  const draft = draftVersion(entry, input, 'version.');
  const tag = input.tag ?? nextTag(null) ?? '1.0.0';
  const number = 1;
  Object.assign(entry, { latestNumber: number, latestTag: tag });
  const known = await readKnownIncludes(context.db, context.scope, draft.includes);
  const stored = newVersion(context, entry, draft, { tag, number });
  return {
    statements: [
      ...insertVersion(context.db, stored.version, draft.translations, draft.includes),
      keepVersionCreated(context, stored),
    ],
    audit: versionCreated(stored),
    body: presentVersion(descriptor, stored, warningsOf(draft, known)),
  };
}
