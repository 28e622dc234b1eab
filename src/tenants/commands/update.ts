import { commit } from '../../audit/public.ts';
import { can } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Tenant } from '../domain.ts';
import { updateTenant as update } from '../repo/tenants.ts';
import { readTenant } from '../queries/read.ts';

/** Renames the tenant, or says whether owners may break the glass, which is for those who could. @throws AppError forbidden */
export async function updateTenant(
  context: TenantContext,
  input: { name?: string | undefined; breakGlass?: boolean | undefined },
): Promise<Tenant> {
  const { name, breakGlass } = input;
  if (breakGlass !== undefined && !can(context.actor, 'deployments:break_glass')) {
    throw new AppError('forbidden', 'Switching break-glass needs the permission deployments:break_glass.');
  }
  const change = { ...(name === undefined ? {} : { name }), ...(breakGlass === undefined ? {} : { breakGlass }) };
  await commit(context, [update(context.db, context.scope, { ...change, updatedAt: context.now() })], {
    action: 'tenant.update',
    entity: { type: 'tenant', id: context.scope.tenantId },
    data: change,
  });
  return readTenant(context);
}
