import { and, eq, gte, isNull, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Role } from '../../kernel/permissions.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import { memberships, type Tenant, tenants } from '../../tenants/public.ts';
import { type User, users } from '../../users/public.ts';
import type { RefreshState } from '../domain/refresh-token.ts';
import { refreshTokens, sessions } from '../table.ts';

export const insertSession = (db: Db, session: typeof sessions.$inferInsert): Statement =>
  db.insert(sessions).values(session);

export const insertRefreshToken = (db: Db, token: typeof refreshTokens.$inferInsert): Statement =>
  db.insert(refreshTokens).values(token);

/** A session belongs to a membership: one from before the person left and came back stays dead. */
const ofMembership = and(
  eq(memberships.tenantId, sessions.tenantId),
  eq(memberships.userId, sessions.userId),
  gte(sessions.createdAt, memberships.createdAt),
);

/** The role that a person holds now, if the session is still good: asked on every request but the edge's. */
export async function findOptionalCurrentRole(
  db: Db,
  session: { tenantId: string; sessionId: string; userId: string },
): Promise<Role | null> {
  const [row] = await db
    .select({ role: memberships.role })
    .from(sessions)
    .innerJoin(memberships, ofMembership)
    .where(and(matching(session, session.sessionId), eq(sessions.userId, session.userId), isNull(sessions.revokedAt)));
  return row?.role ?? null;
}

export interface FoundRefresh {
  state: RefreshState;
  /** Null when the person left the tenant. */
  member: { user: User; tenant: Tenant; role: Role } | null;
}

/** A refresh token by its hash, with everything that its use depends on. */
export async function findOptionalRefresh(db: Db, scope: TenantScope, hash: string): Promise<FoundRefresh | null> {
  const [row] = await db
    .select({
      state: {
        userId: sessions.userId,
        sessionId: sessions.id,
        expiresAt: refreshTokens.expiresAt,
        usedAt: refreshTokens.usedAt,
        revokedAt: sessions.revokedAt,
        revokedReason: sessions.revokedReason,
      },
      role: memberships.role,
      tenant: tenants,
      user: users,
    })
    .from(refreshTokens)
    .innerJoin(sessions, and(eq(sessions.tenantId, refreshTokens.tenantId), eq(sessions.id, refreshTokens.sessionId)))
    .innerJoin(tenants, eq(tenants.id, sessions.tenantId))
    .innerJoin(users, eq(users.id, sessions.userId))
    .leftJoin(memberships, ofMembership)
    .where(and(eq(refreshTokens.tenantId, scope.tenantId), eq(refreshTokens.hash, hash)));
  if (row === undefined) return null;
  const { state, user, tenant, role } = row;
  return { state, member: role === null ? null : { user, tenant, role } };
}

/** Undoes the batch unless a token is unused and its session is on. */
export const guardFresh = (db: Db, scope: TenantScope, hash: string): Statement =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM refresh_tokens AS t JOIN sessions AS s ON s.tenant_id = t.tenant_id AND s.id = t.session_id
      WHERE t.tenant_id = ${scope.tenantId} AND t.hash = ${hash} AND t.used_at IS NULL AND s.revoked_at IS NULL)`,
  );

export const useRefreshToken = (db: Db, scope: TenantScope, hash: string, now: number): Statement =>
  db
    .update(refreshTokens)
    .set({ usedAt: now })
    .where(and(eq(refreshTokens.tenantId, scope.tenantId), eq(refreshTokens.hash, hash)));

export const extendSession = (db: Db, scope: TenantScope, id: string, expiresAt: number): Statement =>
  db.update(sessions).set({ expiresAt }).where(matching(scope, id));

/** Undoes the batch unless a session is on: so that its end is told once. */
export const guardSessionOn = (db: Db, scope: TenantScope, id: string): Statement =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM sessions WHERE tenant_id = ${scope.tenantId} AND id = ${id} AND revoked_at IS NULL)`,
  );

export const revokeSession = (
  db: Db,
  scope: TenantScope,
  id: string,
  end: { at: number; reason: 'logout' | 'token_reused' },
): Statement => db.update(sessions).set({ revokedAt: end.at, revokedReason: end.reason }).where(matching(scope, id));

/** Deletes expired sessions and refresh tokens, the system's own chore in every tenant. */
export const deleteExpired = (db: Db, now: number, limit: number): Statement[] => [
  db.run(sql`DELETE FROM refresh_tokens WHERE rowid IN
    (SELECT rowid FROM refresh_tokens WHERE expires_at <= ${now} LIMIT ${limit})`),
  db.run(sql`DELETE FROM sessions WHERE rowid IN
    (SELECT rowid FROM sessions WHERE expires_at <= ${now} LIMIT ${limit})`),
];

const matching = (scope: TenantScope, id: string) => and(eq(sessions.tenantId, scope.tenantId), eq(sessions.id, id));
