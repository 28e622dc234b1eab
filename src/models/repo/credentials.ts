import { and, asc, eq, gt, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import type { ProviderName } from '../domain/model.ts';
import { type ProviderCredential, providerCredentials } from '../table.ts';

export type { ProviderCredential } from '../table.ts';

const isCredential = ({ tenantId }: TenantScope, provider: ProviderName) =>
  and(eq(providerCredentials.tenantId, tenantId), eq(providerCredentials.provider, provider));

export async function findOptionalCredential(
  db: Db,
  scope: TenantScope,
  provider: ProviderName,
): Promise<ProviderCredential | null> {
  const [row] = await db.select().from(providerCredentials).where(isCredential(scope, provider));
  return row ?? null;
}

export async function listCredentials(
  db: Db,
  { tenantId }: TenantScope,
  page: { after: string | undefined; limit: number },
): Promise<ProviderCredential[]> {
  return db
    .select()
    .from(providerCredentials)
    .where(
      and(
        eq(providerCredentials.tenantId, tenantId),
        page.after === undefined ? undefined : gt(sql`${providerCredentials.provider}`, page.after),
      ),
    )
    .orderBy(asc(providerCredentials.provider))
    .limit(page.limit);
}

/** Sets a credential, in place of the one before; returns it as it became. */
export const putCredential = (db: Db, row: ProviderCredential): Statement =>
  db
    .insert(providerCredentials)
    .values(row)
    .onConflictDoUpdate({
      target: [providerCredentials.tenantId, providerCredentials.provider],
      set: {
        sealedKey: row.sealedKey,
        lastFour: row.lastFour,
        baseUrl: row.baseUrl,
        updatedBy: row.updatedBy,
        updatedAt: row.updatedAt,
      },
    })
    .returning();

/** Deletes a credential; undoes the batch when there is none. */
export const deleteCredential = (db: Db, scope: TenantScope, provider: ProviderName): Statement[] => [
  guard(db, sql`EXISTS (SELECT 1 FROM ${providerCredentials} WHERE ${isCredential(scope, provider)})`),
  db.delete(providerCredentials).where(isCredential(scope, provider)),
];

/**
 * Credentials of all tenants that are sealed under these keys, some of them: in no order, so that one that cannot be
 * opened keeps no other waiting.
 */
export async function listSealedUnder(db: Db, kids: readonly string[], limit: number): Promise<ProviderCredential[]> {
  const { sealedKey } = providerCredentials;
  return db
    .select()
    .from(providerCredentials)
    .where(
      sql`substr(${sealedKey}, 1, instr(${sealedKey}, '.') - 1) IN (SELECT value FROM json_each(${JSON.stringify(kids)}))`,
    )
    .orderBy(sql`random()`)
    .limit(limit);
}

/** Seals a credential anew, unless it was set anew since it was read. */
export const resealCredential = (db: Db, before: ProviderCredential, sealedKey: string): Statement =>
  db
    .update(providerCredentials)
    .set({ sealedKey })
    .where(and(isCredential(before, before.provider), eq(providerCredentials.sealedKey, before.sealedKey)));
