import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Tenant } from '../domain.ts';
import { findOptionalTenant } from '../repo/tenants.ts';

/** The tenant that the credential is for. */
export async function readTenant(context: TenantContext): Promise<Tenant> {
  const tenant = await findOptionalTenant(context.db, context.scope);
  if (tenant === null) throw notFound('The tenant');
  return tenant;
}
