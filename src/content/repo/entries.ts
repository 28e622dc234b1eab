import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import { isId } from '../../kernel/ids.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import type { EntryType } from '../domain/content.ts';
import { entries, entryTags, holds } from '../table.ts';
import { unindexEntry } from './search.ts';

export type Entry = typeof entries.$inferSelect;
export type NewEntry = Omit<Entry, 'rowId'>;

/** What may be changed of an entry. */
export type EntryChanges = Partial<Pick<Entry, 'title' | 'description' | 'category' | 'tags'>>;

/** An entry that is not deleted, by its id or its name: no name looks like an id. */
export const isEntry = ({ tenantId }: TenantScope, type: EntryType, nameOrId: string): SQL | undefined =>
  and(
    eq(entries.tenantId, tenantId),
    eq(entries.type, type),
    isId(type, nameOrId) ? eq(entries.id, nameOrId) : eq(entries.name, nameOrId),
    isNull(entries.deletedAt),
  );

export async function findOptionalEntry(
  db: Db,
  scope: TenantScope,
  type: EntryType,
  nameOrId: string,
): Promise<Entry | null> {
  const [entry] = await db
    .select()
    .from(entries)
    .where(isEntry(scope, type, nameOrId));
  return entry ?? null;
}

/** An entry and where it is active. One round trip. */
export async function findOptionalEntryInUse(
  db: Db,
  scope: TenantScope,
  type: EntryType,
  nameOrId: string,
): Promise<{ entry: Entry; activeIn: string[] } | null> {
  const [found, labels] = await db.batch([
    db
      .select()
      .from(entries)
      .where(isEntry(scope, type, nameOrId)),
    db
      .selectDistinct({ label: holds.label })
      .from(holds)
      .innerJoin(entries, and(eq(entries.tenantId, holds.tenantId), eq(entries.id, holds.entryId)))
      .where(and(isEntry(scope, type, nameOrId), eq(holds.kind, 'active')))
      .orderBy(holds.label)
      .limit(20),
  ]);
  const [entry] = found;
  return entry === undefined ? null : { entry, activeIn: labels.map(({ label }) => label) };
}

/** Makes an entry. Refused by the key `entries.name` where the name is in use. */
export const insertEntry = (db: Db, row: NewEntry): Statement[] => [
  db.insert(entries).values(row),
  ...insertTags(db, row, row.id, row.type, row.tags),
];

/** Changes an entry; the first statement returns it as it became. */
export const updateEntry = (
  db: Db,
  scope: TenantScope,
  entry: Entry,
  changes: EntryChanges,
  now: number,
): Statement[] => [
  db
    .update(entries)
    .set({ ...changes, updatedAt: now })
    .where(and(eq(entries.tenantId, scope.tenantId), eq(entries.id, entry.id)))
    .returning(),
  ...(changes.tags === undefined
    ? []
    : [deleteTags(db, scope, entry.id), ...insertTags(db, scope, entry.id, entry.type, changes.tags)]),
];

/** Deletes an entry: its name is free again, its versions stay for the history that refers to them. */
export const softDeleteEntry = (db: Db, scope: TenantScope, entry: Entry, now: number): Statement[] => [
  db
    .update(entries)
    .set({ deletedAt: now })
    .where(and(eq(entries.tenantId, scope.tenantId), eq(entries.id, entry.id))),
  deleteTags(db, scope, entry.id),
  unindexEntry(db, scope, entry.id),
];

/** Undoes the batch when the entry was deleted meanwhile. */
export const guardLive = (db: Db, scope: TenantScope, entryId: string): Statement =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM ${entries} WHERE ${entries.tenantId} = ${scope.tenantId} AND ${entries.id} = ${entryId}
      AND ${entries.deletedAt} IS NULL)`,
  );

/** Undoes the batch when the entry is active anywhere. */
export const guardInactive = (db: Db, scope: TenantScope, entryId: string): Statement =>
  guard(
    db,
    sql`NOT EXISTS (SELECT 1 FROM ${holds} WHERE ${holds.tenantId} = ${scope.tenantId} AND ${holds.entryId} = ${entryId}
      AND ${holds.kind} = 'active')`,
  );

const deleteTags = (db: Db, { tenantId }: TenantScope, entryId: string): Statement =>
  db.delete(entryTags).where(and(eq(entryTags.tenantId, tenantId), eq(entryTags.entryId, entryId)));

const insertTags = (
  db: Db,
  { tenantId }: TenantScope,
  entryId: string,
  type: EntryType,
  tags: readonly string[],
): Statement[] =>
  tags.length === 0
    ? []
    : [
        db.run(sql`INSERT INTO entry_tags (tenant_id, type, tag, entry_id)
          SELECT ${tenantId}, ${type}, value, ${entryId} FROM json_each(${JSON.stringify(tags)})`),
      ];
