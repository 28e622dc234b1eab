import type { Context } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { type Invitation, rolesThatHandle } from '../domain.ts';
import { guardPending, markAccepted } from '../repo/invitations.ts';
import { guardNoMember, guardRole } from '../repo/members.ts';
import { insertMembership } from '../repo/tenants.ts';

/**
 * The statements by which a person joins on an invitation, once: their batch undoes itself when the invitation is over,
 * its inviter may no longer give the role, or the person is in.
 */
export function joinTenant(context: Context, invitation: Invitation, userId: string): Statement[] {
  const { db } = context;
  const { tenantId, id, role, email, invitedBy } = invitation;
  const scope = { tenantId };
  const now = context.now();
  return [
    guardPending(db, scope, id),
    guardRole(db, scope, invitedBy, rolesThatHandle(role)),
    guardNoMember(db, scope, email),
    markAccepted(db, scope, id, now),
    insertMembership(db, { tenantId, userId, role, createdAt: now, updatedAt: now }),
  ];
}
