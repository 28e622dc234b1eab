import { and, desc, eq, gte, isNull, lt, sql } from 'drizzle-orm';
import type { TenantScope } from '../kernel/actor.ts';
import type { Role } from '../kernel/permissions.ts';
import type { Db, Statement } from '../platform/db/db.ts';
import { fixed } from '../platform/db/fixed.ts';
import { guard } from '../platform/db/guard.ts';
import { type Meanwhile, withMeanwhile } from '../platform/db/meanwhile.ts';
import { memberships } from '../tenants/public.ts';
import { type ApiKey, REVOCATION_GRACE_MS } from './domain.ts';
import { apiKeys } from './table.ts';

export const insertApiKey = (db: Db, key: ApiKey): Statement => db.insert(apiKeys).values(key);

export async function findOptionalApiKey(db: Db, scope: TenantScope, id: string): Promise<ApiKey | null> {
  const [key] = await db.select().from(apiKeys).where(matching(scope, id));
  return key ?? null;
}

/** A key, and the role that its maker holds now; one who left and came back does not hold it for what was made before. */
export async function findOptionalApiKeyWithMaker(
  db: Db,
  { tenantId }: TenantScope,
  id: string,
  meanwhile: Meanwhile | null,
  now: number,
): Promise<KeyWithMaker | null> {
  const of = { tenantId, name: id, now };
  const first = (): Statement => findWithMaker(db, { tenantId, id });
  const [row] = (await withMeanwhile(db, first, meanwhile, of)) as KeyWithMaker[];
  return row ?? null;
}

const findWithMaker = fixed<{ tenantId: string; id: string }>((db, value) =>
  db
    .select({ key: apiKeys, makerRole: memberships.role })
    .from(apiKeys)
    .leftJoin(
      memberships,
      and(
        eq(memberships.tenantId, apiKeys.tenantId),
        eq(memberships.userId, apiKeys.createdBy),
        gte(apiKeys.createdAt, memberships.createdAt),
      ),
    )
    .where(and(eq(apiKeys.tenantId, value('tenantId')), eq(apiKeys.id, value('id')))),
);

interface KeyWithMaker {
  key: ApiKey;
  makerRole: Role | null;
}

/** Newest first, the revoked ones among them. */
export async function listApiKeys(
  db: Db,
  scope: TenantScope,
  page: { before?: string | undefined; limit: number },
): Promise<ApiKey[]> {
  return db
    .select()
    .from(apiKeys)
    .where(
      and(
        eq(apiKeys.tenantId, scope.tenantId),
        // Ids sort by the time of their making.
        page.before === undefined ? undefined : lt(apiKeys.id, page.before),
      ),
    )
    .orderBy(desc(apiKeys.id))
    .limit(page.limit);
}

/** Undoes the batch when the tenant has this many live keys. */
export const guardRoomForKey = (db: Db, scope: TenantScope, max: number, now: number): Statement =>
  guard(
    db,
    sql`(SELECT count(*) FROM api_keys WHERE tenant_id = ${scope.tenantId} AND revoked_at IS NULL
      AND (expires_at IS NULL OR expires_at > ${now})) < ${max}`,
  );

/** Undoes the batch unless a key is not revoked: so that its end is told once. */
export const guardLive = (db: Db, scope: TenantScope, id: string): Statement =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM api_keys WHERE tenant_id = ${scope.tenantId} AND id = ${id} AND revoked_at IS NULL)`,
  );

/** Ends a key, and says that KV does not know yet. */
export const markRevoked = (db: Db, scope: TenantScope, id: string, now: number): Statement =>
  db.update(apiKeys).set({ revokedAt: now, publishedAt: null }).where(matching(scope, id));

/**
 * Marks a key as published if it still is what was written to KV; a revoked one only when its grace is over.
 * @returns the key as it is now
 */
export async function settlePublication(
  db: Db,
  scope: TenantScope,
  id: string,
  written: { revoked: boolean },
  now: number,
): Promise<ApiKey | null> {
  const still = written.revoked ? lt(apiKeys.revokedAt, now - REVOCATION_GRACE_MS) : isNull(apiKeys.revokedAt);
  const [, keys] = await db.batch([
    db
      .update(apiKeys)
      .set({ publishedAt: now })
      .where(and(matching(scope, id), still)),
    db.select().from(apiKeys).where(matching(scope, id)),
  ]);
  return keys[0] ?? null;
}

/** Keys whose record in KV must be written or written again: the sweep's, which serves every tenant. */
export async function listUnpublished(db: Db, limit: number): Promise<{ tenantId: string; id: string }[]> {
  return db
    .select({ tenantId: apiKeys.tenantId, id: apiKeys.id })
    .from(apiKeys)
    .where(isNull(apiKeys.publishedAt))
    .limit(limit);
}

const matching = (scope: TenantScope, id: string) => and(eq(apiKeys.tenantId, scope.tenantId), eq(apiKeys.id, id));
