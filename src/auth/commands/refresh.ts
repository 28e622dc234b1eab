import { commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import { type Context, forActor } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { judgeRefresh, tenantOfRefreshToken } from '../domain/refresh-token.ts';
import {
  extendSession,
  findOptionalRefresh,
  type FoundRefresh,
  guardFresh,
  guardSessionOn,
  revokeSession,
  useRefreshToken,
} from '../repo/sessions.ts';
import type { SignedIn } from '../schemas.ts';
import { continueSession, hashRefreshToken } from './open-session.ts';

/**
 * Trades a refresh token for the next pair. Each is good for one refresh: whoever presents it again, at the same time
 * included, ends its session, since one of the two who hold it must have stolen it.
 * @throws AppError unauthenticated, token_reused
 */
export async function refresh(context: Context, token: string): Promise<SignedIn> {
  const tenantId = tenantOfRefreshToken(token);
  if (tenantId === null) throw over();
  const hash = hashRefreshToken(context, token);
  const signedIn = await tryRefresh(context, tenantId, hash);
  // Somebody used it or ended the session between reading and writing: what is there now says which.
  const settled = signedIn ?? (await tryRefresh(context, tenantId, hash));
  if (settled === null) throw over();
  return settled;
}

/** One try: null when what it read was no longer so when it wrote. */
async function tryRefresh(context: Context, tenantId: string, hash: string): Promise<SignedIn | null> {
  const scope = { tenantId };
  const found = await findOptionalRefresh(context.db, scope, hash);
  if (found === null) throw over();
  const verdict = judgeRefresh(found.state, context.now());
  if (verdict === 'reused') await endStolen(context, tenantId, found);
  if (verdict === 'reused' || verdict === 'stolen') throw reused();
  if (verdict === 'over' || found.member === null) throw over();
  const { sessionId } = found.state;
  const next = await continueSession(context, found.member, sessionId);
  const statements = [
    guardFresh(context.db, scope, hash),
    useRefreshToken(context.db, scope, hash, context.now()),
    extendSession(context.db, scope, sessionId, next.expiresAt),
    ...next.statements,
  ];
  try {
    await commit(forActor(context, next.actor), statements, {
      action: 'session.refresh',
      entity: { type: 'session', id: sessionId },
    });
  } catch (error) {
    if (isGuardFailure(error)) return null;
    throw error;
  }
  return next.signedIn;
}

async function endStolen(context: Context, tenantId: string, { state }: FoundRefresh): Promise<void> {
  const scope = { tenantId };
  const { sessionId, userId } = state;
  const end = { at: context.now(), reason: 'token_reused' as const };
  const actor = { kind: 'system', id: 'refresh', tenantId } as const;
  try {
    await commit(
      forActor(context, actor),
      [guardSessionOn(context.db, scope, sessionId), revokeSession(context.db, scope, sessionId, end)],
      { action: 'session.reuse', entity: { type: 'session', id: sessionId }, data: { userId } },
    );
  } catch (error) {
    // Ended meanwhile: that is what was wanted.
    if (!isGuardFailure(error)) throw error;
  }
}

const over = (): AppError =>
  new AppError('unauthenticated', 'The refresh token is not valid or has expired. Log in again.');

const reused = (): AppError =>
  new AppError('token_reused', 'This refresh token was used before, so its session was ended. Log in again.');
