import { personOf } from '../../kernel/actor.ts';
import { newId } from '../../kernel/ids.ts';
import type { AuditEntry } from '../../audit/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import type { VersionDraft } from '../domain/draft.ts';
import { firstWarnings, includeWarnings, type Warning } from '../domain/warnings.ts';
import type { KnownIncludes, StoredVersion } from '../repo/versions.ts';

/** A draft in its place among the versions of its entry. */
export function newVersion(
  context: TenantContext,
  entry: StoredVersion['entry'],
  draft: VersionDraft,
  place: { tag: string; number: number },
): StoredVersion {
  const now = context.now();
  const { locale, content, variables, model, changeMessage, contentHash, size } = draft;
  const { id: createdBy } = context.actor;
  const authorId = personOf(context.actor) ?? createdBy;
  const version = {
    tenantId: context.scope.tenantId,
    id: newId('version', now),
    entryId: entry.id,
    ...place,
    locale,
    content,
    variables,
    model,
    changeMessage,
    contentHash,
    size,
    createdBy,
    authorId,
    contributors: [authorId],
    createdAt: now,
  };
  const written = { tenantId: version.tenantId, versionId: version.id, createdBy, authorId, updatedAt: now };
  const translations = draft.translations
    .map((translation) => ({ ...written, ...translation }))
    .toSorted((a, b) => (a.locale < b.locale ? -1 : 1));
  return { entry, version, translations, locked: false };
}

export const versionCreated = ({ entry, version, translations }: StoredVersion): AuditEntry => ({
  action: 'version.create',
  entity: { type: 'version', id: version.id },
  data: {
    entryId: entry.id,
    [entry.type]: entry.name,
    tag: version.tag,
    number: version.number,
    locale: version.locale,
    translations: translations.map(({ locale }) => locale),
    contentHash: version.contentHash,
  },
});

/** The statement that keeps the event of a new version, for the batch that makes it. */
export const keepVersionCreated = (context: TenantContext, { entry, version }: StoredVersion): Statement =>
  keepEvent(context, 'version.created', {
    type: entry.type,
    entryId: entry.id,
    name: entry.name,
    versionId: version.id,
    tag: version.tag,
    number: version.number,
    createdBy: version.createdBy,
  });

/** What may be a slip in a draft, now that it is known what its includes stand for. */
export const warningsOf = (draft: Pick<VersionDraft, 'placedIncludes' | 'warnings'>, known: KnownIncludes): Warning[] =>
  firstWarnings([...includeWarnings(draft.placedIncludes, known), ...draft.warnings]);
