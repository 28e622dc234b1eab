import { and, asc, eq, getTableColumns, gte, lt, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import { type IncludeRef, keyOfInclude } from '../domain/check-content.ts';
import type { EntryType } from '../domain/content.ts';
import type { TranslatedContent } from '../domain/version.ts';
import { entries, holds, includes, translations, versions } from '../table.ts';
import { type Entry, isEntry } from './entries.ts';

export type Version = typeof versions.$inferSelect;
export type Translation = typeof translations.$inferSelect;

/** A version with all that is shown of it. */
export interface StoredVersion {
  entry: Pick<Entry, 'id' | 'type' | 'name' | 'kind'>;
  version: Version;
  /** By locale. */
  translations: Translation[];
  /** Whether a deployment refers to it. */
  locked: boolean;
}

/** A version of an entry by its tag (`latest`: the newest), or the entry without it. One round trip. */
export async function findOptionalVersion(
  db: Db,
  scope: TenantScope,
  type: EntryType,
  nameOrId: string,
  tag: string,
): Promise<{ entry: Entry; found: StoredVersion | null } | null> {
  const ofEntry = and(eq(versions.tenantId, entries.tenantId), eq(versions.entryId, entries.id));
  const wanted = tag === 'latest' ? eq(versions.number, entries.latestNumber) : eq(versions.tag, tag);
  const held = sql<0 | 1>`EXISTS (SELECT 1 FROM ${holds} WHERE ${holds.tenantId} = ${versions.tenantId}
    AND ${holds.versionId} = ${versions.id} AND ${holds.kind} = 'deployment')`;
  // One table a statement: in a batch, D1 gives rows as objects, where columns of the same name would be one.
  const [[entry], [version], [hold], translated] = await db.batch([
    db
      .select()
      .from(entries)
      .where(isEntry(scope, type, nameOrId)),
    db
      .select(getTableColumns(versions))
      .from(versions)
      .innerJoin(entries, ofEntry)
      .where(and(isEntry(scope, type, nameOrId), wanted)),
    db
      .select({ locked: held })
      .from(versions)
      .innerJoin(entries, ofEntry)
      .where(and(isEntry(scope, type, nameOrId), wanted)),
    db
      .select(getTableColumns(translations))
      .from(entries)
      .innerJoin(versions, and(ofEntry, wanted))
      .innerJoin(
        translations,
        and(eq(translations.tenantId, versions.tenantId), eq(translations.versionId, versions.id)),
      )
      .where(isEntry(scope, type, nameOrId))
      .orderBy(asc(translations.locale)),
  ]);
  if (entry === undefined) return null;
  if (version === undefined) return { entry, found: null };
  return { entry, found: { entry, version, translations: translated, locked: hold?.locked === 1 } };
}

/** Which includes stand for something, by key: those that are not there are not in the map. */
export type KnownIncludes = Map<string, { hasVersion: boolean }>;

const knownIncludes = (db: Db, { tenantId }: TenantScope, refs: readonly IncludeRef[]) =>
  db
    .select({
      index: sql<number>`ref.key`,
      hasVersion: sql<
        0 | 1
      >`EXISTS (SELECT 1 FROM versions AS v WHERE v.tenant_id = ${tenantId} AND v.entry_id = ${entries.id}
        AND v.tag = coalesce(nullif(ref.value ->> 'tag', ''), ${entries.latestTag}))`,
    })
    .from(sql`json_each(${JSON.stringify(refs)}) AS ref`)
    // CROSS keeps the order: from the few names that are asked for to their rows by index.
    .crossJoin(entries)
    .where(
      sql`${entries.tenantId} = ${tenantId} AND ${entries.type} = ref.value ->> 'type'
        AND ${entries.name} = ref.value ->> 'name' AND ${entries.deletedAt} IS NULL`,
    );

const toKnown = (refs: readonly IncludeRef[], rows: readonly { index: number; hasVersion: 0 | 1 }[]): KnownIncludes =>
  new Map(
    rows.flatMap(({ index, hasVersion }) => {
      const ref = refs[index];
      return ref === undefined ? [] : [[keyOfInclude(ref), { hasVersion: hasVersion === 1 }] as const];
    }),
  );

/** An entry, and which of these includes stand for something. One round trip. */
export async function readForVersion(
  db: Db,
  scope: TenantScope,
  type: EntryType,
  nameOrId: string,
  refs: readonly IncludeRef[],
): Promise<{ entry: Entry; known: KnownIncludes } | null> {
  const [found, known] = await db.batch([
    db
      .select()
      .from(entries)
      .where(isEntry(scope, type, nameOrId)),
    knownIncludes(db, scope, refs),
  ]);
  const [entry] = found;
  return entry === undefined ? null : { entry, known: toKnown(refs, known) };
}

/** Which of these includes stand for something. No round trip where there are none. */
export async function readKnownIncludes(
  db: Db,
  scope: TenantScope,
  refs: readonly IncludeRef[],
): Promise<KnownIncludes> {
  return refs.length === 0 ? new Map() : toKnown(refs, await knownIncludes(db, scope, refs));
}

/** The tags of an entry that begin like this (`1.2.`). */
export async function listTagsOfLine(db: Db, scope: TenantScope, entryId: string, line: string): Promise<Set<string>> {
  const rows = await db
    .select({ tag: versions.tag })
    .from(versions)
    .where(
      and(
        eq(versions.tenantId, scope.tenantId),
        eq(versions.entryId, entryId),
        gte(versions.tag, line),
        // The character after the dot.
        lt(versions.tag, `${line.slice(0, -1)}/`),
      ),
    );
  return new Set(rows.map(({ tag }) => tag));
}

/** Undoes the batch unless the entry is there, and no version came to it since. */
export const guardLatest = (db: Db, scope: TenantScope, entry: Entry): Statement =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM ${entries} WHERE ${entries.tenantId} = ${scope.tenantId} AND ${entries.id} = ${entry.id}
      AND ${entries.latestNumber} = ${entry.latestNumber} AND ${entries.deletedAt} IS NULL)`,
  );

/** Moves the entry on to its new newest version. */
export const advanceEntry = (db: Db, scope: TenantScope, version: Version): Statement =>
  db
    .update(entries)
    .set({ latestNumber: version.number, latestTag: version.tag, updatedAt: version.createdAt })
    .where(and(eq(entries.tenantId, scope.tenantId), eq(entries.id, version.entryId)));

/** A version with its translations and includes. Refused by the key `versions.tag` where the tag is in use. */
export const insertVersion = (
  db: Db,
  version: Version,
  translated: readonly TranslatedContent[],
  refs: readonly IncludeRef[],
): Statement[] => [
  db.insert(versions).values(version),
  ...(translated.length === 0 ? [] : [insertTranslations(db, version, translated)]),
  ...(refs.length === 0 ? [] : [insertIncludes(db, version, version.id, refs)]),
];

const insertTranslations = (db: Db, version: Version, translated: readonly TranslatedContent[]): Statement =>
  db.run(sql`INSERT INTO translations (tenant_id, version_id, locale, content, created_by, author_id, updated_at)
    SELECT ${version.tenantId}, ${version.id}, value ->> 'locale', value -> 'content',
      ${version.createdBy}, ${version.authorId}, ${version.createdAt}
    FROM json_each(${JSON.stringify(translated)})`);

const insertIncludes = (db: Db, { tenantId }: TenantScope, versionId: string, refs: readonly IncludeRef[]): Statement =>
  db.run(sql`INSERT INTO includes (tenant_id, version_id, type, name, tag)
    SELECT ${tenantId}, ${versionId}, value ->> 'type', value ->> 'name', value ->> 'tag'
    FROM json_each(${JSON.stringify(refs)})`);

/** Undoes the batch unless the version says what it said, and its entry is there. */
export const guardUnchanged = (db: Db, scope: TenantScope, { id, entryId, contentHash }: Version): Statement =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM ${versions} JOIN ${entries} ON ${entries.tenantId} = ${versions.tenantId} AND ${entries.id} = ${versions.entryId}
      WHERE ${versions.tenantId} = ${scope.tenantId} AND ${versions.id} = ${id} AND ${versions.contentHash} = ${contentHash}
        AND ${entries.id} = ${entryId} AND ${entries.deletedAt} IS NULL)`,
  );

/** Undoes the batch once a deployment refers to the version. */
export const guardUnlocked = (db: Db, scope: TenantScope, versionId: string): Statement =>
  guard(
    db,
    sql`NOT EXISTS (SELECT 1 FROM ${holds} WHERE ${holds.tenantId} = ${scope.tenantId} AND ${holds.versionId} = ${versionId}
      AND ${holds.kind} = 'deployment')`,
  );

export const putTranslation = (db: Db, row: Translation): Statement =>
  db
    .insert(translations)
    .values(row)
    .onConflictDoUpdate({
      target: [translations.tenantId, translations.versionId, translations.locale],
      set: { content: row.content, createdBy: row.createdBy, authorId: row.authorId, updatedAt: row.updatedAt },
    });

export const deleteTranslation = (db: Db, { tenantId }: TenantScope, versionId: string, locale: string): Statement =>
  db
    .delete(translations)
    .where(
      and(eq(translations.tenantId, tenantId), eq(translations.versionId, versionId), eq(translations.locale, locale)),
    );

/** What follows from other translations: the version's hash, size and contributors, and what it includes. */
export const reviseVersion = (
  db: Db,
  scope: TenantScope,
  versionId: string,
  revised: { contentHash: string; size: number; contributors: string[]; includes: readonly IncludeRef[] },
): Statement[] => [
  db
    .update(versions)
    .set({ contentHash: revised.contentHash, size: revised.size, contributors: revised.contributors })
    .where(and(eq(versions.tenantId, scope.tenantId), eq(versions.id, versionId))),
  db.delete(includes).where(and(eq(includes.tenantId, scope.tenantId), eq(includes.versionId, versionId))),
  ...(revised.includes.length === 0 ? [] : [insertIncludes(db, scope, versionId, revised.includes)]),
];
