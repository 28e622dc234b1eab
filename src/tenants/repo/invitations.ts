import { and, desc, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Role } from '../../kernel/permissions.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import type { Invitation, Tenant } from '../domain.ts';
import { invitations, memberships, tenants } from '../table.ts';

export const insertInvitation = (db: Db, invitation: Invitation): Statement =>
  db.insert(invitations).values(invitation);

/** Those that can still be accepted, newest first. */
export async function listOpenInvitations(
  db: Db,
  scope: TenantScope,
  page: { now: number; before?: string | undefined; limit: number },
): Promise<Invitation[]> {
  return db
    .select()
    .from(invitations)
    .where(
      and(
        open(scope, page.now),
        // Ids sort by the time of their making.
        page.before === undefined ? undefined : lt(invitations.id, page.before),
      ),
    )
    .orderBy(desc(invitations.id))
    .limit(page.limit);
}

export async function listOpenInvitationsTo(
  db: Db,
  scope: TenantScope,
  email: string,
  now: number,
): Promise<Invitation[]> {
  return db
    .select()
    .from(invitations)
    .where(and(open(scope, now), eq(invitations.email, email)));
}

export async function findOptionalInvitation(db: Db, scope: TenantScope, id: string): Promise<Invitation | null> {
  const [invitation] = await db.select().from(invitations).where(matching(scope, id));
  return invitation ?? null;
}

/** An invitation by its token, with what its inviter is now. */
export async function findOptionalInvitationByToken(
  db: Db,
  scope: TenantScope,
  tokenHash: string,
): Promise<{ invitation: Invitation; tenant: Tenant; inviterRole: Role | null } | null> {
  const [row] = await db
    .select({ invitation: invitations, tenant: tenants, inviterRole: memberships.role })
    .from(invitations)
    .innerJoin(tenants, eq(tenants.id, invitations.tenantId))
    .leftJoin(
      memberships,
      and(eq(memberships.tenantId, invitations.tenantId), eq(memberships.userId, invitations.invitedBy)),
    )
    .where(and(eq(invitations.tenantId, scope.tenantId), eq(invitations.tokenHash, tokenHash)));
  return row ?? null;
}

export const revokeInvitation = (db: Db, scope: TenantScope, id: string, now: number): Statement =>
  db
    .update(invitations)
    .set({ revokedAt: now })
    .where(and(matching(scope, id), pending()));

/** Takes back whatever is still open to an email. */
export const revokeInvitationsTo = (db: Db, scope: TenantScope, email: string, now: number): Statement =>
  db
    .update(invitations)
    .set({ revokedAt: now })
    .where(and(eq(invitations.tenantId, scope.tenantId), eq(invitations.email, email), pending()));

export const markAccepted = (db: Db, scope: TenantScope, id: string, now: number): Statement =>
  db.update(invitations).set({ acceptedAt: now }).where(matching(scope, id));

/** Undoes the batch unless an invitation is neither accepted nor revoked. */
export const guardPending = (db: Db, scope: TenantScope, id: string): Statement =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM invitations WHERE tenant_id = ${scope.tenantId} AND id = ${id}
      AND accepted_at IS NULL AND revoked_at IS NULL)`,
  );

/** Undoes the batch when an invitation to own the tenant is open to this email. */
export const guardNoOwnerInvitation = (db: Db, scope: TenantScope, email: string, now: number): Statement =>
  guard(
    db,
    sql`NOT EXISTS (SELECT 1 FROM invitations WHERE tenant_id = ${scope.tenantId} AND email = ${email}
      AND role = 'owner' AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > ${now})`,
  );

const pending = () => and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt));

const open = (scope: TenantScope, now: number) =>
  and(eq(invitations.tenantId, scope.tenantId), pending(), gt(invitations.expiresAt, now));

const matching = (scope: TenantScope, id: string) =>
  and(eq(invitations.tenantId, scope.tenantId), eq(invitations.id, id));
