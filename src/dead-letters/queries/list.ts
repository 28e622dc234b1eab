import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import { listDeadLetters, type ListedDeadLetter } from '../repo.ts';

/** A tenant's dead letters, the last that died first. @throws AppError validation_failed for its cursor */
export async function listPage<T>(
  context: TenantContext,
  query: { retried?: boolean | undefined; cursor?: string | undefined; limit: number },
  present: (letter: ListedDeadLetter) => T,
): Promise<Page<T>> {
  const { cursor, limit, retried } = query;
  const [failedAt, id] = cursor === undefined ? [] : decodeCursor(cursor, ['number', 'string']);
  const before = failedAt === undefined || id === undefined ? undefined : { failedAt, id };
  const rows = await listDeadLetters(context.db, context.scope, { retried, before, limit: limit + 1 });
  return toPage(rows, limit, (row) => [row.failedAt, row.id], present);
}
