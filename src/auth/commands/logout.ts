import { commit } from '../../audit/public.ts';
import { type Context, forActor } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { tenantOfRefreshToken } from '../domain/refresh-token.ts';
import { findOptionalRefresh, guardSessionOn, revokeSession } from '../repo/sessions.ts';
import { hashRefreshToken } from './open-session.ts';

/** Ends the session that a refresh token belongs to, its access tokens included. Says nothing of tokens it does not know. */
export async function logout(context: Context, token: string): Promise<void> {
  const tenantId = tenantOfRefreshToken(token);
  if (tenantId === null) return;
  const scope = { tenantId };
  const found = await findOptionalRefresh(context.db, scope, hashRefreshToken(context, token));
  if (found === null || found.state.revokedAt !== null) return;
  const { sessionId, userId } = found.state;
  const end = { at: context.now(), reason: 'logout' as const };
  const actor = { kind: 'user', id: userId } as const;
  try {
    await commit(
      forActor(context, { kind: 'system', id: 'logout', tenantId }),
      [guardSessionOn(context.db, scope, sessionId), revokeSession(context.db, scope, sessionId, end)],
      { action: 'session.delete', entity: { type: 'session', id: sessionId }, actor },
    );
  } catch (error) {
    // Ended meanwhile: that is what was wanted.
    if (!isGuardFailure(error)) throw error;
  }
}
