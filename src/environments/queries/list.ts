import { mayEnter } from '../../kernel/actor.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import { listEnvironments } from '../repo.ts';
import type { Environment } from '../repo.ts';

/** The tenant's environments by name; of those only that the actor's key is bound to. */
export async function listPage<T>(
  context: TenantContext,
  query: { limit: number; cursor?: string | undefined },
  present: (environment: Environment) => T,
): Promise<Page<T>> {
  const [after] = query.cursor === undefined ? [] : decodeCursor(query.cursor, ['string']);
  const rows = await listEnvironments(context.db, context.scope, { after, limit: query.limit + 1 });
  const page = toPage(
    rows,
    query.limit,
    (row) => [row.name],
    (row) => row,
  );
  return { ...page, data: page.data.filter((row) => mayEnter(context.actor, row.name)).map(present) };
}
