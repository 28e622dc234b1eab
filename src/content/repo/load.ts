import { and, eq, inArray, type SQL, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db } from '../../platform/db/db.ts';
import type { EntryType, LoadedVersion } from '../domain/content.ts';
import { entries, translations, versions } from '../table.ts';

/** A version by what people call it: its entry's name or id, and its tag (`latest`: the newest). */
export interface VersionRef {
  type: EntryType;
  nameOrId: string;
  tag: string;
}

/** The versions that exist of those asked for, whole; deleted entries have none. One round trip for any number. */
export async function loadVersionsByRef(
  db: Db,
  scope: TenantScope,
  refs: readonly VersionRef[],
): Promise<LoadedVersion[]> {
  if (refs.length === 0) return [];
  const json = JSON.stringify(refs);
  // From the few that are asked for to their rows by index, whatever the size of the tenant.
  const found = (column: 'name' | 'id') => sql`SELECT v.id FROM json_each(${json}) AS ref
    CROSS JOIN entries AS e ON e.tenant_id = ${scope.tenantId} AND e.type = ref.value ->> 'type'
      AND e.${sql.raw(column)} = ref.value ->> 'nameOrId' AND e.deleted_at IS NULL
    CROSS JOIN versions AS v ON v.tenant_id = e.tenant_id AND v.entry_id = e.id
      AND v.tag = CASE ref.value ->> 'tag' WHEN 'latest' THEN e.latest_tag ELSE ref.value ->> 'tag' END`;
  return load(db, scope, sql`${versions.id} IN (${found('name')} UNION ALL ${found('id')})`);
}

/** Versions by id, whole, those of deleted entries included. One round trip for any number. */
export async function loadVersionsById(db: Db, scope: TenantScope, ids: readonly string[]): Promise<LoadedVersion[]> {
  if (ids.length === 0) return [];
  return load(db, scope, inArray(versions.id, sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`));
}

async function load(db: Db, { tenantId }: TenantScope, condition: SQL): Promise<LoadedVersion[]> {
  const ofEntry = and(eq(entries.tenantId, versions.tenantId), eq(entries.id, versions.entryId));
  const [rows, translated] = await db.batch([
    db
      .select({ entry: { type: entries.type, name: entries.name, kind: entries.kind }, version: versions })
      .from(versions)
      .innerJoin(entries, ofEntry)
      .where(and(eq(versions.tenantId, tenantId), condition)),
    db
      .select({ translation: translations })
      .from(versions)
      .innerJoin(entries, ofEntry)
      .innerJoin(
        translations,
        and(eq(translations.tenantId, versions.tenantId), eq(translations.versionId, versions.id)),
      )
      .where(and(eq(versions.tenantId, tenantId), condition)),
  ]);
  const byVersion = Map.groupBy(
    translated.map((row) => row.translation),
    (translation) => translation.versionId,
  );
  return rows.map(({ entry, version }) => {
    const own = byVersion.get(version.id) ?? [];
    const {
      id: versionId,
      entryId,
      tag,
      locale,
      content,
      variables,
      model,
      contentHash,
      authorId,
      contributors,
    } = version;
    return {
      entryId,
      ...entry,
      versionId,
      tag,
      locale,
      content,
      variables,
      model,
      contentHash,
      translations: own.map((translation) => ({
        locale: translation.locale,
        content: translation.content,
      })),
      authors: [...new Set([authorId, ...contributors, ...own.map((translation) => translation.authorId)])],
    };
  });
}
