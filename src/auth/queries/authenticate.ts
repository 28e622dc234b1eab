import type { UserActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Context } from '../../platform/context.ts';
import { readAccessToken } from '../access-token.ts';
import { findOptionalCurrentRole } from '../repo/sessions.ts';

/**
 * The person behind an access token, with the role held now: a role that was taken away is gone at once, and so is a
 * session that was ended. One read of D1. @throws AppError unauthenticated
 */
export async function authenticateAccessToken(context: Context, token: string): Promise<UserActor> {
  const { actor } = await readAccessToken(context.config, token, context.now());
  const role = await findOptionalCurrentRole(context.db, { ...actor, userId: actor.id });
  if (role === null) throw new AppError('unauthenticated', 'The session has ended. Log in again.');
  return { ...actor, role };
}
