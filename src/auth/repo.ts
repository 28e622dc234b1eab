import { and, eq, isNull } from 'drizzle-orm';
import type { Role } from '../kernel/permissions.ts';
import type { Db, Statement } from '../platform/db/db.ts';
import { memberships } from '../tenants/public.ts';
import { refreshTokens, sessions } from './table.ts';

export const insertSession = (db: Db, session: typeof sessions.$inferInsert): Statement =>
  db.insert(sessions).values(session);

export const insertRefreshToken = (db: Db, token: typeof refreshTokens.$inferInsert): Statement =>
  db.insert(refreshTokens).values(token);

/** The role that a person holds now, if the session is still good: asked on every request but the edge's. */
export async function findOptionalCurrentRole(
  db: Db,
  session: { tenantId: string; sessionId: string; userId: string },
): Promise<Role | null> {
  const [row] = await db
    .select({ role: memberships.role })
    .from(sessions)
    .innerJoin(memberships, and(eq(memberships.tenantId, sessions.tenantId), eq(memberships.userId, sessions.userId)))
    .where(
      and(
        eq(sessions.tenantId, session.tenantId),
        eq(sessions.id, session.sessionId),
        eq(sessions.userId, session.userId),
        isNull(sessions.revokedAt),
      ),
    );
  return row?.role ?? null;
}
