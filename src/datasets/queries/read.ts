import type { TenantContext } from '../../platform/context.ts';
import type { DatasetVersionRef, Item } from '../domain/item.ts';
import { findOptionalItem, listItems } from '../repo/items.ts';

type Reading = Pick<TenantContext, 'db' | 'scope'>;

/** Items of a version that was frozen, in the order of their ids, of deleted datasets too. */
export const readItems = (
  { db, scope }: Reading,
  of: DatasetVersionRef,
  page: { after: string | undefined; limit: number },
): Promise<Item[]> => listItems(db, scope, of, page);

/** One of them, or null when the dataset was deleted long ago. */
export const readItem = ({ db, scope }: Reading, of: DatasetVersionRef, id: string): Promise<Item | null> =>
  findOptionalItem(db, scope, of, id);
