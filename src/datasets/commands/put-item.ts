import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { type Item, type ItemContent, sameContent } from '../domain/item.ts';
import { endItems, findOptionalItem } from '../repo/items.ts';
import { makeNextVersion } from './next-version.ts';

/** Puts another content in an item's place; what is the same makes no version. @throws AppError not_found, forbidden, state_conflict */
export async function putItem(
  context: TenantContext,
  nameOrId: string,
  id: string,
  content: ItemContent,
): Promise<Item> {
  const { db, scope } = context;
  const item = { id, ...content };
  await makeNextVersion(context, nameOrId, async ({ id: datasetId, version }) => {
    const before = await findOptionalItem(db, scope, { datasetId, version }, id);
    if (before === null) throw notFound(`The item ${id}`);
    if (sameContent(before, content)) return null;
    return {
      change: 'change',
      added: [item],
      removed: 1,
      end: (next) => [endItems(db, scope, next, id)],
      answer: () => ({ status: 200, body: item }),
    };
  });
  return item;
}
