import type { UserActor } from '../../kernel/actor.ts';
import { idBody, newId } from '../../kernel/ids.ts';
import type { Role } from '../../kernel/permissions.ts';
import type { Context } from '../../platform/context.ts';
import { hmac, newSecret } from '../../platform/crypto.ts';
import type { Statement } from '../../platform/db/db.ts';
import type { Tenant } from '../../tenants/public.ts';
import type { User } from '../../users/public.ts';
import { ACCESS_TOKEN_SECONDS, signAccessToken } from '../access-token.ts';
import { insertRefreshToken, insertSession } from '../repo.ts';

/** How long a session lasts without being refreshed: 30 days. */
export const SESSION_MS = 30 * 24 * 60 * 60 * 1000;

export interface SignedIn {
  user: User;
  tenant: Tenant;
  role: Role;
  accessToken: string;
  refreshToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
}

/** A refresh token, `flr_<tenant>_<secret>`: the tenant stands in it, so that the query for it starts there. */
export const newRefreshToken = (tenantId: string): string => `flr_${idBody(tenantId)}_${newSecret()}`;

export const hashRefreshToken = (context: Context, token: string): string => hmac(context.config, 'refresh', token);

/** Signs a person in to a tenant: the statements that keep the session, and what to answer once they are kept. */
export async function openSession(
  context: Context,
  user: User,
  tenant: Tenant,
  role: Role,
): Promise<{ actor: UserActor; statements: Statement[]; signedIn: SignedIn }> {
  const now = context.now();
  const actor: UserActor = { kind: 'user', id: user.id, tenantId: tenant.id, role, sessionId: newId('session', now) };
  const refreshToken = newRefreshToken(tenant.id);
  const expiresAt = now + SESSION_MS;
  return {
    actor,
    statements: [
      insertSession(context.db, {
        ...{ tenantId: tenant.id, id: actor.sessionId, userId: user.id, createdAt: now, expiresAt },
      }),
      insertRefreshToken(context.db, {
        ...{ tenantId: tenant.id, hash: hashRefreshToken(context, refreshToken), sessionId: actor.sessionId },
        ...{ createdAt: now, expiresAt },
      }),
    ],
    signedIn: {
      ...{ user, tenant, role, refreshToken, expiresIn: ACCESS_TOKEN_SECONDS },
      accessToken: await signAccessToken(context.config, actor, now),
    },
  };
}
