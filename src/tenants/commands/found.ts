import type { TenantScope } from '../../kernel/actor.ts';
import { newId } from '../../kernel/ids.ts';
import type { Context } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import type { Tenant } from '../domain.ts';
import { insertMembership, insertTenant } from '../repo/tenants.ts';

/** What other rooms put into every new tenant; given by the composition root, since they stand above this one. */
export type Furnish = (context: Context, scope: TenantScope) => Statement[];

/** The statements that make a tenant, with its first owner and its furniture. */
export function foundTenant(
  context: Context,
  founder: { userId: string; tenantName: string },
  furnish: Furnish,
): { tenant: Tenant; statements: Statement[] } {
  const now = context.now();
  const tenant: Tenant = {
    id: newId('tenant', now),
    name: founder.tenantName,
    shard: 0,
    breakGlass: true,
    createdAt: now,
    updatedAt: now,
  };
  const membership = {
    tenantId: tenant.id,
    userId: founder.userId,
    role: 'owner' as const,
    createdAt: now,
    updatedAt: now,
  };
  return {
    tenant,
    statements: [
      insertTenant(context.db, tenant),
      insertMembership(context.db, membership),
      ...furnish(context, { tenantId: tenant.id }),
    ],
  };
}
