import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { Invitation } from '../domain.ts';
import { listOpenInvitations } from '../repo/invitations.ts';

/** The invitations that can still be accepted, newest first. */
export async function listInvitations<T>(
  context: TenantContext,
  query: { limit: number; cursor?: string | undefined },
  present: (invitation: Invitation) => T,
): Promise<Page<T>> {
  const { limit, cursor } = query;
  const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
  const rows = await listOpenInvitations(context.db, context.scope, { now: context.now(), before, limit: limit + 1 });
  return toPage(rows, limit, (row) => [row.id], present);
}
