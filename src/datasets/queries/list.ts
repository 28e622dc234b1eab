import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { Item } from '../domain/item.ts';
import { presentDataset, presentVersion } from '../present.ts';
import { listDatasets, listVersions } from '../repo/datasets.ts';
import { listItems } from '../repo/items.ts';
import type { DatasetJson, DatasetVersionJson } from '../schemas/datasets.ts';
import { findDataset, findDatasetAt } from './find.ts';

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/** The tenant's datasets by name. */
export async function pageOfDatasets(context: TenantContext, { limit, cursor }: PageQuery): Promise<Page<DatasetJson>> {
  const [after] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
  const rows = await listDatasets(context.db, context.scope, { after, limit: limit + 1 });
  return toPage(rows, limit, ({ name }) => [name], presentDataset);
}

/** A dataset's versions, the newest first. @throws AppError not_found */
export async function pageOfVersions(
  context: TenantContext,
  nameOrId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<DatasetVersionJson>> {
  const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['number']);
  const { id } = await findDataset(context, nameOrId);
  const rows = await listVersions(context.db, context.scope, id, { before, limit: limit + 1 });
  return toPage(rows, limit, ({ version }) => [version], presentVersion);
}

/**
 * Items of one version, in the order in which they were added. A cursor keeps to the version of its first page, whatever
 * is changed meanwhile. @throws AppError not_found
 */
export async function pageOfItems(
  context: TenantContext,
  nameOrId: string,
  { limit, cursor, version: wanted }: PageQuery & { version?: number | undefined },
): Promise<Page<Item> & { version: number }> {
  const [begun, after] = cursor === undefined ? [] : decodeCursor(cursor, ['number', 'string']);
  if (begun !== undefined && wanted !== undefined && begun !== wanted) {
    throw new AppError('validation_failed', `The cursor is one of version ${begun}, not of version ${wanted}.`, {
      errors: [{ path: 'query.cursor', message: 'is of another version', code: 'invalid_cursor' }],
    });
  }
  const { datasetId, version } = await findDatasetAt(context, nameOrId, wanted ?? begun);
  const rows = await listItems(context.db, context.scope, { datasetId, version }, { after, limit: limit + 1 });
  return {
    version,
    ...toPage(
      rows,
      limit,
      ({ id }) => [version, id],
      (item) => item,
    ),
  };
}
