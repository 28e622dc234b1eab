import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { DatasetVersionRef, Item } from '../domain/item.ts';
import { type DatasetRow, findOptionalDataset } from '../repo/datasets.ts';
import { countWithoutExpected, findOptionalItem } from '../repo/items.ts';

/** A dataset by name or id. @throws AppError not_found */
export async function findDataset(context: TenantContext, nameOrId: string): Promise<DatasetRow> {
  const row = await findOptionalDataset(context.db, context.scope, nameOrId);
  if (row === null) throw notFound(`The dataset "${nameOrId}"`);
  return row;
}

/** A dataset at a version of it; without one, at the newest. @throws AppError not_found */
export async function findDatasetAt(
  context: TenantContext,
  nameOrId: string,
  wanted: number | undefined,
): Promise<DatasetVersionRef & { dataset: DatasetRow }> {
  const dataset = await findDataset(context, nameOrId);
  const version = wanted ?? dataset.version;
  if (version > dataset.version) throw notFound(`Version ${version} of the dataset "${nameOrId}"`);
  return { dataset, datasetId: dataset.id, version };
}

/** One item as it is now. @throws AppError not_found */
export async function findItem(
  context: TenantContext,
  nameOrId: string,
  id: string,
  version: number | undefined,
): Promise<Item> {
  const at = await findDatasetAt(context, nameOrId, version);
  const item = await findOptionalItem(context.db, context.scope, at, id);
  if (item === null) throw notFound(`The item ${id}`);
  return item;
}

/** A dataset as it is at this moment: its items at this version are the same for ever. */
export interface FrozenDataset extends DatasetVersionRef {
  name: string;
  /** How many items it has. */
  count: number;
  withoutExpected: number;
}

/** What an evaluation names of a dataset when it begins. @throws AppError not_found */
export async function freezeDataset(context: TenantContext, nameOrId: string): Promise<FrozenDataset> {
  const { id: datasetId, name, version, items: count } = await findDataset(context, nameOrId);
  const at = { datasetId, version };
  return { ...at, name, count, withoutExpected: await countWithoutExpected(context.db, context.scope, at) };
}
