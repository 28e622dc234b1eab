import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { ApiKey } from '../domain.ts';
import { listApiKeys as list } from '../repo.ts';

/** The tenant's keys, newest first, the revoked ones among them. */
export async function listApiKeys<T>(
  context: TenantContext,
  query: { limit: number; cursor?: string | undefined },
  present: (key: ApiKey) => T,
): Promise<Page<T>> {
  const { limit, cursor } = query;
  const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
  const rows = await list(context.db, context.scope, { before, limit: limit + 1 });
  return toPage(rows, limit, (row) => [row.id], present);
}
