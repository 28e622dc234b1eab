import { mayEnter } from '../../kernel/actor.ts';
import type { RequiredEvaluation } from '../../evaluators/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import { listEnvironments } from '../repo.ts';
import { requirementsById } from './policy.ts';
import type { Environment } from '../repo.ts';

/** The tenant's environments by name; of those only that the actor's key is bound to. */
export async function listPage<T>(
  context: TenantContext,
  query: { limit: number; cursor?: string | undefined },
  present: (environment: Environment, required: RequiredEvaluation | null) => T,
): Promise<Page<T>> {
  const [after] = query.cursor === undefined ? [] : decodeCursor(query.cursor, ['string']);
  const [rows, required] = await Promise.all([
    listEnvironments(context.db, context.scope, { after, limit: query.limit + 1 }),
    requirementsById(context),
  ]);
  const page = toPage(
    rows,
    query.limit,
    (row) => [row.name],
    (row) => row,
  );
  const seen = page.data.filter((row) => mayEnter(context.actor, row.name));
  return { ...page, data: seen.map((row) => present(row, required.get(row.id) ?? null)) };
}
