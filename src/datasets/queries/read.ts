import type { TenantContext } from '../../platform/context.ts';
import type { DatasetVersionRef, Item } from '../domain/item.ts';
import { findOptionalItem, listItemIds, listItemsById } from '../repo/items.ts';

type Reading = Pick<TenantContext, 'db' | 'scope'>;

/** The ids of the items of a version that was frozen, in their order, of deleted datasets too. */
export const readItemIds = (
  { db, scope }: Reading,
  of: DatasetVersionRef,
  page: { after: string | undefined; limit: number },
): Promise<string[]> => listItemIds(db, scope, of, page);

/** Some of them; those of a dataset that was deleted long ago are not there. */
export const readItemsById = ({ db, scope }: Reading, of: DatasetVersionRef, ids: readonly string[]): Promise<Item[]> =>
  listItemsById(db, scope, of, ids);

/** One of them, or null when the dataset was deleted long ago. */
export const readItem = ({ db, scope }: Reading, of: DatasetVersionRef, id: string): Promise<Item | null> =>
  findOptionalItem(db, scope, of, id);
