import { and, asc, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db } from '../../platform/db/db.ts';
import type { EntryType } from '../domain/content.ts';
import { entries, holds, translations, versions } from '../table.ts';
import { type Entry, isEntry } from './entries.ts';
import { foundBySearch } from './search.ts';

export interface EntryFilter {
  tag?: string | undefined;
  category?: string | undefined;
  kind?: 'text' | 'chat' | undefined;
}

const matching = ({ tenantId }: TenantScope, type: EntryType, { tag, category, kind }: EntryFilter) =>
  and(
    eq(entries.tenantId, tenantId),
    eq(entries.type, type),
    isNull(entries.deletedAt),
    category === undefined ? undefined : eq(entries.category, category),
    kind === undefined ? undefined : eq(entries.kind, kind),
    tag === undefined
      ? undefined
      : sql`EXISTS (SELECT 1 FROM entry_tags AS t WHERE t.tenant_id = ${tenantId} AND t.type = ${type} AND t.tag = ${tag}
          AND t.entry_id = ${entries.id})`,
  );

/** By name, from the one after `after`. */
export async function listEntries(
  db: Db,
  scope: TenantScope,
  type: EntryType,
  filter: EntryFilter,
  page: { after: string | undefined; limit: number },
): Promise<Entry[]> {
  return db
    .select()
    .from(entries)
    .where(and(matching(scope, type, filter), page.after === undefined ? undefined : gt(entries.name, page.after)))
    .orderBy(asc(entries.name))
    .limit(page.limit);
}

export interface FoundEntry {
  entry: Entry;
  tier: number;
}

/** What holds every word, the best tier first and by name within it. */
export async function searchEntries(
  db: Db,
  scope: TenantScope,
  type: EntryType,
  words: readonly string[],
  filter: EntryFilter,
  page: { after: { tier: number; name: string } | undefined; limit: number },
): Promise<FoundEntry[]> {
  const tier = sql<number>`found.tier`;
  const { after, limit } = page;
  return db
    .select({ entry: entries, tier })
    .from(entries)
    .innerJoin(foundBySearch(scope, type, words), sql`found.row_id = ${entries.rowId}`)
    .where(
      and(
        matching(scope, type, filter),
        after === undefined ? undefined : sql`(found.tier, ${entries.name}) > (${after.tier}, ${after.name})`,
      ),
    )
    .orderBy(tier, asc(entries.name))
    .limit(limit);
}

export interface TranslationMark {
  locale: string;
  updatedAt: number;
  authorId: string;
}

const summary = {
  id: versions.id,
  tag: versions.tag,
  number: versions.number,
  locale: versions.locale,
  changeMessage: versions.changeMessage,
  contentHash: versions.contentHash,
  createdBy: versions.createdBy,
  createdAt: versions.createdAt,
  locked: sql<0 | 1>`EXISTS (SELECT 1 FROM ${holds} WHERE ${holds.tenantId} = ${versions.tenantId}
    AND ${holds.versionId} = ${versions.id} AND ${holds.kind} = 'deployment')`,
  translations: sql<string>`(SELECT json_group_array(json_object('locale', t.locale, 'updatedAt', t.updated_at, 'authorId', t.author_id)
      ORDER BY t.locale) FROM ${translations} AS t WHERE t.tenant_id = ${versions.tenantId} AND t.version_id = ${versions.id})`,
} as const;

export interface VersionRow {
  id: string;
  tag: string;
  number: number;
  locale: string;
  changeMessage: string | null;
  contentHash: string;
  createdBy: string;
  createdAt: number;
  locked: boolean;
  translations: TranslationMark[];
}

/** An entry and its versions, the newest first, without their contents. One round trip. */
export async function listVersions(
  db: Db,
  scope: TenantScope,
  type: EntryType,
  nameOrId: string,
  page: { before: number | undefined; limit: number },
): Promise<{ entry: Entry; rows: VersionRow[] } | null> {
  const [found, rows] = await db.batch([
    db
      .select()
      .from(entries)
      .where(isEntry(scope, type, nameOrId)),
    db
      .select(summary)
      .from(versions)
      .innerJoin(entries, and(eq(entries.tenantId, versions.tenantId), eq(entries.id, versions.entryId)))
      .where(
        and(isEntry(scope, type, nameOrId), page.before === undefined ? undefined : lt(versions.number, page.before)),
      )
      .orderBy(desc(versions.number))
      .limit(page.limit),
  ]);
  const [entry] = found;
  if (entry === undefined) return null;
  return {
    entry,
    rows: rows.map((row) => ({
      ...row,
      locked: row.locked === 1,
      translations: JSON.parse(row.translations) as TranslationMark[],
    })),
  };
}
