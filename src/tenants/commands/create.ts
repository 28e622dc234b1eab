import { commit } from '../../audit/public.ts';
import { derive, type TenantContext } from '../../platform/context.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import type { Tenant } from '../domain.ts';
import { foundTenant, type Furnish } from './found.ts';

/** Makes another tenant, owned by the person who asks. @param present what the caller will be told, for a repetition */
export async function createTenant(
  context: TenantContext,
  input: { name: string },
  furnish: Furnish,
  present: (tenant: Tenant) => unknown,
): Promise<Tenant> {
  const founder = { userId: context.actor.id, tenantName: input.name };
  const { tenant, statements } = foundTenant(context, founder, furnish);
  // The new tenant's own record begins here; the Idempotency-Key stays with the tenant that the caller came from.
  const actor = { ...context.actor, tenantId: tenant.id };
  const inside = derive(context, { actor, scope: { tenantId: tenant.id } });
  const entry = {
    action: 'tenant.create' as const,
    entity: { type: 'tenant', id: tenant.id },
    data: { name: tenant.name },
  };
  const told = keepEvent(inside, 'tenant.created', { createdBy: context.actor.id });
  await commit(inside, [...statements, told], entry, { status: 201, body: present(tenant) });
  return tenant;
}
