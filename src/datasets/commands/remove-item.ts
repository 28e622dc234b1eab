import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { endItems, findOptionalItem } from '../repo/items.ts';
import { makeNextVersion } from './next-version.ts';

/** Takes an item out of a dataset; the versions before keep it. @throws AppError not_found, forbidden, state_conflict */
export async function removeItem(context: TenantContext, nameOrId: string, id: string): Promise<void> {
  const { db, scope } = context;
  await makeNextVersion(context, nameOrId, async ({ id: datasetId, version }) => {
    if ((await findOptionalItem(db, scope, { datasetId, version }, id)) === null) throw notFound(`The item ${id}`);
    return {
      change: 'remove',
      added: [],
      removed: 1,
      end: (next) => [endItems(db, scope, next, id)],
      answer: () => ({ status: 204, body: null }),
    };
  });
}
