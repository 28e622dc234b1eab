import { and, asc, desc, eq, gt, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import { isId } from '../../kernel/ids.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import { type DatasetRow, datasets, type DatasetVersionRow, datasetVersions } from '../table.ts';

export type { DatasetRow, DatasetVersionRow } from '../table.ts';

/** A dataset that is not deleted, by its id or its name: no name looks like an id. */
const isDataset = ({ tenantId }: TenantScope, nameOrId: string): SQL | undefined =>
  and(
    eq(datasets.tenantId, tenantId),
    isId('dataset', nameOrId) ? eq(datasets.id, nameOrId) : eq(datasets.name, nameOrId),
    isNull(datasets.deletedAt),
  );

export async function findOptionalDataset(db: Db, scope: TenantScope, nameOrId: string): Promise<DatasetRow | null> {
  const [row] = await db.select().from(datasets).where(isDataset(scope, nameOrId));
  return row ?? null;
}

export const listDatasets = (
  db: Db,
  { tenantId }: TenantScope,
  page: { after: string | undefined; limit: number },
): Promise<DatasetRow[]> =>
  db
    .select()
    .from(datasets)
    .where(
      and(
        eq(datasets.tenantId, tenantId),
        isNull(datasets.deletedAt),
        page.after === undefined ? undefined : gt(datasets.name, page.after),
      ),
    )
    .orderBy(asc(datasets.name))
    .limit(page.limit);

/** A dataset's versions, the newest first. */
export const listVersions = (
  db: Db,
  { tenantId }: TenantScope,
  datasetId: string,
  page: { before: number | undefined; limit: number },
): Promise<DatasetVersionRow[]> =>
  db
    .select()
    .from(datasetVersions)
    .where(
      and(
        eq(datasetVersions.tenantId, tenantId),
        eq(datasetVersions.datasetId, datasetId),
        page.before === undefined ? undefined : lt(datasetVersions.version, page.before),
      ),
    )
    .orderBy(desc(datasetVersions.version))
    .limit(page.limit);

export const countDatasets = (db: Db, { tenantId }: TenantScope): Promise<number> =>
  db.$count(datasets, and(eq(datasets.tenantId, tenantId), isNull(datasets.deletedAt)));

/** Refused by the key `datasets.name` where the name is in use. */
export const insertDataset = (db: Db, row: DatasetRow): Statement => db.insert(datasets).values(row);

export const updateDescription = (
  db: Db,
  { tenantId }: TenantScope,
  id: string,
  description: string | null,
  now: number,
): Statement[] => [
  guard(db, isThere({ tenantId }, id)),
  db
    .update(datasets)
    .set({ description, updatedAt: now })
    .where(and(eq(datasets.tenantId, tenantId), eq(datasets.id, id))),
];

/** Makes a dataset's next version; undoes the batch when somebody else made it first, or the dataset is gone. */
export const insertNextVersion = (
  db: Db,
  { tenantId }: TenantScope,
  row: DatasetVersionRow,
  stored: { items: number; bytes: number },
): Statement[] => [
  guard(db, sql`${isThere({ tenantId }, row.datasetId)} AND ${isAt({ tenantId }, row.datasetId, row.version - 1)}`),
  db.insert(datasetVersions).values(row),
  db
    .update(datasets)
    .set({
      version: row.version,
      items: row.items,
      storedItems: sql`${datasets.storedItems} + ${stored.items}`,
      storedBytes: sql`${datasets.storedBytes} + ${stored.bytes}`,
      updatedAt: row.createdAt,
    })
    .where(and(eq(datasets.tenantId, tenantId), eq(datasets.id, row.datasetId))),
];

/** Deletes a dataset, or undoes the batch when it is gone. */
export const softDeleteDataset = (db: Db, { tenantId }: TenantScope, id: string, now: number): Statement[] => [
  guard(db, isThere({ tenantId }, id)),
  db
    .update(datasets)
    .set({ deletedAt: now })
    .where(and(eq(datasets.tenantId, tenantId), eq(datasets.id, id))),
];

/** For guards. */
const isThere = ({ tenantId }: TenantScope, id: string): SQL =>
  sql`EXISTS (SELECT 1 FROM datasets WHERE tenant_id = ${tenantId} AND id = ${id} AND deleted_at IS NULL)`;
const isAt = ({ tenantId }: TenantScope, id: string, version: number): SQL =>
  sql`EXISTS (SELECT 1 FROM datasets WHERE tenant_id = ${tenantId} AND id = ${id} AND version = ${version})`;

/** Datasets that were deleted before some time and still have items. */
export const listDeletedBefore = (db: Db, before: number, limit: number): Promise<DatasetRow[]> =>
  db
    .select()
    .from(datasets)
    .where(sql`deleted_at IS NOT NULL AND stored_items > 0 AND ${lt(datasets.deletedAt, before)}`)
    .orderBy(asc(datasets.deletedAt))
    .limit(limit);
