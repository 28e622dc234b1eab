import { and, asc, eq, gt, or, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Role } from '../../kernel/permissions.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import { users } from '../../users/public.ts';
import type { Member } from '../domain.ts';
import { memberships } from '../table.ts';

const member = {
  userId: memberships.userId,
  email: users.email,
  name: users.name,
  role: memberships.role,
  createdAt: memberships.createdAt,
};

/** In the order in which they joined. */
export async function listMembers(
  db: Db,
  scope: TenantScope,
  page: { after?: { createdAt: number; userId: string } | undefined; limit: number },
): Promise<Member[]> {
  const { after, limit } = page;
  return db
    .select(member)
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(
      and(
        eq(memberships.tenantId, scope.tenantId),
        after === undefined
          ? undefined
          : or(
              gt(memberships.createdAt, after.createdAt),
              and(eq(memberships.createdAt, after.createdAt), gt(memberships.userId, after.userId)),
            ),
      ),
    )
    .orderBy(asc(memberships.createdAt), asc(memberships.userId))
    .limit(limit);
}

/** A member, and how many owners the tenant has. */
export async function findOptionalMember(
  db: Db,
  scope: TenantScope,
  userId: string,
): Promise<{ member: Member; owners: number } | null> {
  const owners = sql<number>`(SELECT count(*) FROM memberships AS o WHERE o.tenant_id = ${scope.tenantId} AND o.role = 'owner')`;
  const [row] = await db
    .select({ member, owners })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.tenantId, scope.tenantId), eq(memberships.userId, userId)));
  return row ?? null;
}

export async function hasMemberWithEmail(db: Db, scope: TenantScope, email: string): Promise<boolean> {
  const rows = await db
    .select({ userId: memberships.userId })
    .from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId))
    .where(and(eq(memberships.tenantId, scope.tenantId), eq(users.email, email)));
  return rows.length > 0;
}

export const updateRole = (db: Db, scope: TenantScope, userId: string, role: Role, now: number): Statement =>
  db.update(memberships).set({ role, updatedAt: now }).where(matching(scope, userId));

export const deleteMembership = (db: Db, scope: TenantScope, userId: string): Statement =>
  db.delete(memberships).where(matching(scope, userId));

/** Undoes the batch unless a person holds one of these roles. */
export const guardRole = (db: Db, scope: TenantScope, userId: string, roles: readonly Role[]): Statement =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM memberships WHERE tenant_id = ${scope.tenantId} AND user_id = ${userId}
      AND role IN (SELECT value FROM json_each(${JSON.stringify(roles)})))`,
  );

/** Undoes the batch unless there is another owner beside this one. */
export const guardOtherOwner = (db: Db, scope: TenantScope, userId: string): Statement =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM memberships WHERE tenant_id = ${scope.tenantId} AND role = 'owner' AND user_id <> ${userId})`,
  );

/** Undoes the batch when somebody with this email belongs to the tenant. */
export const guardNoMember = (db: Db, scope: TenantScope, email: string): Statement =>
  guard(
    db,
    sql`NOT EXISTS (SELECT 1 FROM memberships AS m JOIN users AS u ON u.id = m.user_id
      WHERE m.tenant_id = ${scope.tenantId} AND u.email = ${email})`,
  );

const matching = (scope: TenantScope, userId: string) =>
  and(eq(memberships.tenantId, scope.tenantId), eq(memberships.userId, userId));
