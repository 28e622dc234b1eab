import type { UserActor } from '../../kernel/actor.ts';
import { newId } from '../../kernel/ids.ts';
import type { Role } from '../../kernel/permissions.ts';
import type { Context } from '../../platform/context.ts';
import { hmac, newSecret } from '../../platform/crypto.ts';
import type { Statement } from '../../platform/db/db.ts';
import type { Tenant } from '../../tenants/public.ts';
import type { User } from '../../users/public.ts';
import { ACCESS_TOKEN_SECONDS, signAccessToken } from '../access-token.ts';
import { formatRefreshToken } from '../domain/refresh-token.ts';
import { insertRefreshToken, insertSession } from '../repo/sessions.ts';
import type { SignedIn } from '../schemas.ts';

/** How long a session lasts without being refreshed: 30 days. */
const SESSION_MS = 30 * 24 * 60 * 60 * 1000;

export const hashRefreshToken = (context: Context, token: string): string => hmac(context.config, 'refresh', token);

/** Who is signed in to what. */
export interface Seat {
  user: User;
  tenant: Tenant;
  role: Role;
}

/** Signs a person in to a tenant: the statements that keep the session, and what to answer once they are kept. */
export async function openSession(
  context: Context,
  seat: Seat,
): Promise<{ actor: UserActor; statements: Statement[]; signedIn: SignedIn }> {
  const now = context.now();
  const sessionId = newId('session', now);
  const next = await continueSession(context, seat, sessionId);
  const { tenantId, id: userId } = next.actor;
  const { expiresAt } = next;
  const session = insertSession(context.db, { tenantId, id: sessionId, userId, createdAt: now, expiresAt });
  return { ...next, statements: [session, ...next.statements] };
}

/** The next pair of tokens of a session, and the statement that keeps the refresh token. */
export async function continueSession(
  context: Context,
  seat: Seat,
  sessionId: string,
): Promise<{ actor: UserActor; statements: Statement[]; signedIn: SignedIn; expiresAt: number }> {
  const now = context.now();
  const tenantId = seat.tenant.id;
  const actor: UserActor = { kind: 'user', id: seat.user.id, tenantId, role: seat.role, sessionId };
  const refreshToken = formatRefreshToken(tenantId, newSecret());
  const expiresAt = now + SESSION_MS;
  const hash = hashRefreshToken(context, refreshToken);
  return {
    actor,
    expiresAt,
    statements: [insertRefreshToken(context.db, { tenantId, hash, sessionId, createdAt: now, expiresAt })],
    signedIn: {
      ...seat,
      refreshToken,
      expiresIn: ACCESS_TOKEN_SECONDS,
      accessToken: await signAccessToken(context.config, actor, now),
    },
  };
}
