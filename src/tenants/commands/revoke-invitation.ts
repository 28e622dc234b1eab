import { commit } from '../../audit/public.ts';
import { AppError, notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { mayHandle } from '../domain.ts';
import { mayNotHandle } from '../errors.ts';
import { findOptionalInvitation, guardPending, revokeInvitation as revoke } from '../repo/invitations.ts';

/** Takes an invitation back; once more changes nothing. @throws AppError not_found, forbidden, state_conflict when it was accepted */
export async function revokeInvitation(context: TenantContext, id: string): Promise<void> {
  const { db, scope, actor } = context;
  const invitation = await findOptionalInvitation(db, scope, id);
  if (invitation === null) throw notFound('The invitation');
  if (!mayHandle(actor, invitation.role)) throw mayNotHandle(invitation.role);
  if (invitation.acceptedAt !== null) throw accepted();
  if (invitation.revokedAt !== null) return;
  try {
    await commit(context, [guardPending(db, scope, id), revoke(db, scope, id, context.now())], {
      action: 'invitation.delete',
      entity: { type: 'invitation', id },
      data: { email: invitation.email, role: invitation.role },
    });
  } catch (error) {
    if (!isGuardFailure(error)) throw error;
    // Somebody was faster: it is over either way, and only one way needs saying.
    const now = await findOptionalInvitation(db, scope, id);
    if (now?.acceptedAt !== null) throw accepted();
  }
}

const accepted = (): AppError =>
  new AppError('state_conflict', 'The invitation was accepted. Remove the member with DELETE /v1/members/{userId}.');
