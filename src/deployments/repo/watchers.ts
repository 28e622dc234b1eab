import { and, eq, gt, gte, inArray, isNull, or, sql } from 'drizzle-orm';
import { apiKeys } from '../../api-keys/public.ts';
import type { TenantScope } from '../../kernel/actor.ts';
import { type Permission, rolesAllowing } from '../../kernel/permissions.ts';
import type { Db } from '../../platform/db/db.ts';
import { memberships } from '../../tenants/public.ts';

/** Of some people and API keys, those whose roles hold a permission in the tenant. A key goes with its maker. */
export async function listWatchersAllowed(
  db: Db,
  scope: TenantScope,
  ids: readonly string[],
  permission: Permission,
  now: number,
): Promise<ReadonlySet<string>> {
  const asked = sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  const [people, keys] = await db.batch([
    db
      .select({ id: memberships.userId })
      .from(memberships)
      .where(
        and(
          eq(memberships.tenantId, scope.tenantId),
          inArray(memberships.userId, asked),
          inArray(memberships.role, [...rolesAllowing(permission)]),
        ),
      ),
    db
      .select({ id: apiKeys.id })
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
          eq(apiKeys.tenantId, scope.tenantId),
          inArray(memberships.role, [...rolesAllowing(permission)]),
          inArray(apiKeys.id, asked),
          isNull(apiKeys.revokedAt),
          or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
        ),
      ),
  ]);
  return new Set([...people, ...keys].map(({ id }) => id));
}
