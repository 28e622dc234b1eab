import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Item, ItemContent } from '../domain/item.ts';
import { endItems } from '../repo/items.ts';
import { makeNextVersion } from './next-version.ts';

/** What became of a dataset. */
export interface Changed {
  version: number;
  added: number;
  removed: number;
  items: number;
}

/**
 * Adds items to a dataset, behind those that it has, or in their place: one version, whole.
 * @param present what the caller is told, with the ids of the items in the order they were given
 * @throws AppError not_found, forbidden, state_conflict
 */
export async function addItems<T>(
  context: TenantContext,
  nameOrId: string,
  contents: readonly ItemContent[],
  how: 'add' | 'replace',
  present: (changed: Changed, ids: string[]) => T,
): Promise<T> {
  const added = withIds(contents, context.now());
  const { db, scope } = context;
  const answer = await makeNextVersion(context, nameOrId, async (dataset) => ({
    change: how,
    added,
    removed: how === 'replace' ? dataset.items : 0,
    end: (next) => (how === 'replace' ? [endItems(db, scope, next, null)] : []),
    answer: ({ version, items, added: count, removed }) => ({
      status: 201,
      body: present(
        { version, added: count, removed, items },
        added.map(({ id }) => id),
      ),
    }),
  }));
  if (answer === null) throw new Error('adding items changed nothing');
  return answer;
}

/** Ids of one moment sort by chance: sorted first, they say in which order the items came. */
function withIds(contents: readonly ItemContent[], now: number): Item[] {
  const ids = contents.map(() => newId('datasetItem', now)).toSorted();
  return contents.map((content, i) => ({ id: ids[i] ?? newId('datasetItem', now), ...content }));
}
