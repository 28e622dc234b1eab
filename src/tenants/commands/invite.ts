import { commit } from '../../audit/public.ts';
import { personOf } from '../../kernel/actor.ts';
import { newId } from '../../kernel/ids.ts';
import type { Role } from '../../kernel/permissions.ts';
import type { TenantContext } from '../../platform/context.ts';
import { newSecret } from '../../platform/crypto.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { formatInvitationToken, type Invitation, INVITATION_MS, mayHandle, rolesThatHandle } from '../domain.ts';
import { alreadyMember, mayNotHandle, membersChanged } from '../errors.ts';
import { hashInvitationToken } from '../queries/find-invitation.ts';
import {
  guardNoOwnerInvitation,
  insertInvitation,
  listOpenInvitationsTo,
  revokeInvitationsTo,
} from '../repo/invitations.ts';
import { guardNoMember, guardRole, hasMemberWithEmail } from '../repo/members.ts';

/**
 * Invites an email to a role. An invitation that is still open to this email is taken back: the newest one counts.
 * @param present what the caller will be told, for a repetition
 * @throws AppError forbidden, already_exists, state_conflict
 */
export async function invite(
  context: TenantContext,
  input: { email: string; role: Role },
  present: (invitation: Invitation, token: string) => unknown,
): Promise<{ invitation: Invitation; token: string }> {
  const { db, scope, actor } = context;
  const { email, role } = input;
  if (!mayHandle(actor, role)) throw mayNotHandle(role);
  if (await hasMemberWithEmail(db, scope, email)) throw alreadyMember();
  const now = context.now();
  const replaced = await listOpenInvitationsTo(db, scope, email, now);
  const touchesOwners = replaced.some((open) => open.role === 'owner');
  if (touchesOwners && !mayHandle(actor, 'owner')) throw mayNotHandle('owner');

  const token = formatInvitationToken(scope.tenantId, newSecret());
  const person = personOf(actor);
  const invitation: Invitation = {
    tenantId: scope.tenantId,
    id: newId('invitation', now),
    email,
    role,
    tokenHash: hashInvitationToken(context, token),
    invitedBy: person ?? actor.id,
    createdAt: now,
    expiresAt: now + INVITATION_MS,
    acceptedAt: null,
    revokedAt: null,
  };
  const statements = [
    ...(person === null ? [] : [guardRole(db, scope, person, rolesThatHandle(role))]),
    guardNoMember(db, scope, email),
    ...(mayHandle(actor, 'owner') ? [] : [guardNoOwnerInvitation(db, scope, email, now)]),
    revokeInvitationsTo(db, scope, email, now),
    insertInvitation(db, invitation),
  ];
  const entry = {
    action: 'invitation.create' as const,
    entity: { type: 'invitation', id: invitation.id },
    data: { email, role, replaces: replaced.map(({ id }) => id) },
  };
  try {
    await commit(context, statements, entry, { status: 201, body: present(invitation, token) });
  } catch (error) {
    throw isGuardFailure(error) ? membersChanged() : error;
  }
  return { invitation, token };
}
