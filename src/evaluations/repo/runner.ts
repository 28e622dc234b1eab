import { and, eq, gte, isNull, lte, or, gt, sql } from 'drizzle-orm';
import { apiKeys } from '../../api-keys/public.ts';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db } from '../../platform/db/db.ts';
import { memberships } from '../../tenants/public.ts';

/** The role of a person who has belonged to the tenant since some time. For a batch. */
export const selectPerson = (db: Db, { tenantId }: TenantScope, userId: string, since: number) =>
  db
    .select({ role: memberships.role })
    .from(memberships)
    .where(and(eq(memberships.tenantId, tenantId), eq(memberships.userId, userId), lte(memberships.createdAt, since)));

/** An API key that is good now, and its maker's role. For a batch. */
export const selectKey = (db: Db, { tenantId }: TenantScope, id: string, now: number) =>
  db
    .select({
      scopes: apiKeys.scopes,
      environments: apiKeys.environments,
      makerId: apiKeys.createdBy,
      makerRole: sql<(typeof memberships.$inferSelect)['role']>`${memberships.role}`.as('maker_role'),
    })
    .from(apiKeys)
    .innerJoin(
      memberships,
      and(
        eq(memberships.tenantId, apiKeys.tenantId),
        eq(memberships.userId, apiKeys.createdBy),
        gte(apiKeys.createdAt, memberships.createdAt),
      ),
    )
    .where(
      and(
        eq(apiKeys.tenantId, tenantId),
        eq(apiKeys.id, id),
        isNull(apiKeys.revokedAt),
        or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
      ),
    );
