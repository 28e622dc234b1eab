import { AppError, notFound } from '../../kernel/errors.ts';
import type { Context } from '../../platform/context.ts';
import { hmac } from '../../platform/crypto.ts';
import { type Invitation, invitationProblem, type Tenant, tenantOfInvitation } from '../domain.ts';
import { findOptionalInvitationByToken } from '../repo/invitations.ts';

/** How an invitation's token is kept. */
export const hashInvitationToken = (context: Context, token: string): string =>
  hmac(context.config, 'invitation', token);

const PROBLEMS = {
  accepted: 'The invitation was accepted before. Log in instead.',
  revoked: 'The invitation was taken back, or another took its place.',
  expired: 'The invitation has expired. Ask for a new one.',
  unsupported: 'Whoever invited you may no longer do so. Ask for a new invitation.',
};

/**
 * The invitation of a token that can be accepted now.
 * @throws AppError not_found when there is none, state_conflict when it is over
 */
export async function findInvitation(
  context: Context,
  token: string,
): Promise<{ invitation: Invitation; tenant: Tenant }> {
  const tenantId = tenantOfInvitation(token);
  const found =
    tenantId === null
      ? null
      : await findOptionalInvitationByToken(context.db, { tenantId }, hashInvitationToken(context, token));
  if (found === null) throw notFound('The invitation');
  const problem = invitationProblem(found.invitation, found.inviterRole, context.now());
  if (problem !== null) throw new AppError('state_conflict', PROBLEMS[problem]);
  return found;
}
