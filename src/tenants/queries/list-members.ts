import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { Member } from '../domain.ts';
import { listMembers as list } from '../repo/members.ts';

/** Who belongs to the tenant, in the order in which they joined. */
export async function listMembers<T>(
  context: TenantContext,
  query: { limit: number; cursor?: string | undefined },
  present: (member: Member) => T,
): Promise<Page<T>> {
  const { limit, cursor } = query;
  const [createdAt, userId] = cursor === undefined ? [] : decodeCursor(cursor, ['number', 'string']);
  const after = createdAt === undefined || userId === undefined ? undefined : { createdAt, userId };
  const rows = await list(context.db, context.scope, { after, limit: limit + 1 });
  return toPage(rows, limit, (row) => [row.createdAt, row.userId], present);
}
