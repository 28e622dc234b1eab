import { and, asc, eq, gt, inArray, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import { utf8Length } from '../../kernel/bytes.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { type Column, FORMULA_STARTS, mustBeJson } from '../domain/columns.ts';
import type { DatasetVersionRef, Item } from '../domain/item.ts';
import { datasetItems, datasets } from '../table.ts';

const columns = {
  id: datasetItems.id,
  input: datasetItems.input,
  expected: datasetItems.expected,
  metadata: datasetItems.metadata,
};

/** The items of a dataset as they were at a version. */
const inVersion = ({ tenantId }: TenantScope, { datasetId, version }: DatasetVersionRef): SQL | undefined =>
  and(
    eq(datasetItems.tenantId, tenantId),
    eq(datasetItems.datasetId, datasetId),
    lte(datasetItems.fromVersion, version),
    or(isNull(datasetItems.toVersion), gt(datasetItems.toVersion, version)),
  );

/** Items of a version, in the order in which they were added. */
export const listItems = (
  db: Db,
  scope: TenantScope,
  of: DatasetVersionRef,
  page: { after: string | undefined; limit: number },
): Promise<Item[]> =>
  db
    .select(columns)
    .from(datasetItems)
    .where(and(inVersion(scope, of), page.after === undefined ? undefined : gt(datasetItems.id, page.after)))
    .orderBy(asc(datasetItems.id))
    .limit(page.limit);

/** One item as it was at a version. */
export async function findOptionalItem(
  db: Db,
  scope: TenantScope,
  of: DatasetVersionRef,
  id: string,
): Promise<Item | null> {
  const [row] = await db
    .select(columns)
    .from(datasetItems)
    .where(and(inVersion(scope, of), eq(datasetItems.id, id)));
  return row ?? null;
}

/** The ids of items of a version, in the order in which they were added. */
export async function listItemIds(
  db: Db,
  scope: TenantScope,
  of: DatasetVersionRef,
  page: { after: string | undefined; limit: number },
): Promise<string[]> {
  const rows = await db
    .select({ id: datasetItems.id })
    .from(datasetItems)
    .where(and(inVersion(scope, of), page.after === undefined ? undefined : gt(datasetItems.id, page.after)))
    .orderBy(asc(datasetItems.id))
    .limit(page.limit);
  return rows.map(({ id }) => id);
}

/** Some items as they were at a version. */
export const listItemsById = (
  db: Db,
  scope: TenantScope,
  of: DatasetVersionRef,
  ids: readonly string[],
): Promise<Item[]> =>
  db
    .select(columns)
    .from(datasetItems)
    .where(
      and(inVersion(scope, of), inArray(datasetItems.id, sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`)),
    );

/** How many items of a version have no expected answer. */
export const countWithoutExpected = (db: Db, scope: TenantScope, of: DatasetVersionRef): Promise<number> =>
  db.$count(datasetItems, and(inVersion(scope, of), isNull(datasetItems.expected)));

/** JSON in one parameter stays well below D1's 2 MB. */
const BYTES_A_STATEMENT = 1_600_000;

/** Adds items from a version on; a few statements however many. */
export function insertItems(
  db: Db,
  { tenantId }: TenantScope,
  { datasetId, version }: DatasetVersionRef,
  items: readonly Item[],
): Statement[] {
  const groups: { bytes: number; rows: string[] }[] = [];
  for (const { id, input, expected, metadata } of items) {
    // What is kept as JSON goes as a text within the JSON, so that it is kept as it was written.
    const row = JSON.stringify([
      id,
      JSON.stringify(input),
      expected,
      metadata === null ? null : JSON.stringify(metadata),
    ]);
    const bytes = utf8Length(row) + 1;
    const group = groups.at(-1);
    if (group === undefined || group.bytes + bytes > BYTES_A_STATEMENT) groups.push({ bytes, rows: [row] });
    else {
      group.bytes += bytes;
      group.rows.push(row);
    }
  }
  return groups.map(({ rows }) =>
    db.run(sql`INSERT INTO dataset_items (tenant_id, dataset_id, id, from_version, input, expected, metadata)
      SELECT ${tenantId}, ${datasetId}, value ->> 0, ${version}, value ->> 1, value ->> 2, value ->> 3
      FROM json_each(${`[${rows.join(',')}]`})`),
  );
}

/** Takes items out from a version on: one, or all. */
export const endItems = (
  db: Db,
  { tenantId }: TenantScope,
  { datasetId, version }: DatasetVersionRef,
  id: string | null,
): Statement =>
  db
    .update(datasetItems)
    .set({ toVersion: version })
    .where(
      and(
        eq(datasetItems.tenantId, tenantId),
        eq(datasetItems.datasetId, datasetId),
        isNull(datasetItems.toVersion),
        id === null ? undefined : eq(datasetItems.id, id),
      ),
    );

/** The columns of a version as CSV: every variable and every key of the metadata, and which hold more than plain texts. */
export async function listColumns(db: Db, scope: TenantScope, of: DatasetVersionRef, limit: number): Promise<Column[]> {
  const starts = sql.join(
    FORMULA_STARTS.map((start) => sql`${start}`),
    sql`, `,
  );
  const isNoText = (value: SQL) => sql`${value} = '' OR substr(${value}, 1, 1) IN (${starts})`;
  const keysOf = (part: 'input' | 'metadata') => sql`SELECT ${part} AS part, j.key AS name,
      max(j.type <> 'text' OR ${isNoText(sql`j.atom`)}) AS json
    FROM ${datasetItems}, json_each(${datasetItems[part]}) AS j WHERE ${inVersion(scope, of)} AND ${datasetItems[part]} IS NOT NULL
    GROUP BY j.key`;
  const rows = await db.all<{ part: Column['part']; name: string; json: number | null }>(sql`
    SELECT * FROM (${keysOf('input')} UNION ALL ${keysOf('metadata')} UNION ALL
      SELECT 'expected', '', max(${isNoText(sql`${datasetItems.expected}`)}) FROM ${datasetItems} WHERE ${inVersion(scope, of)})
    ORDER BY CASE part WHEN 'input' THEN 0 WHEN 'expected' THEN 1 ELSE 2 END, name LIMIT ${limit}`);
  return rows.map(({ part, name, json }) => ({ part, name, json: json === 1 || mustBeJson(name) }));
}

/** Forgets items of a deleted dataset, some at once, and says how many are left. */
export const forgetItems = (db: Db, { tenantId }: TenantScope, datasetId: string, limit: number): Statement[] => [
  db.run(sql`DELETE FROM dataset_items WHERE tenant_id = ${tenantId} AND dataset_id = ${datasetId} AND rowid IN (
    SELECT rowid FROM dataset_items WHERE tenant_id = ${tenantId} AND dataset_id = ${datasetId} LIMIT ${limit})`),
  db
    .update(datasets)
    .set({
      storedItems: sql`(SELECT count(*) FROM dataset_items WHERE tenant_id = ${tenantId} AND dataset_id = ${datasetId})`,
    })
    .where(and(eq(datasets.tenantId, tenantId), eq(datasets.id, datasetId))),
];
