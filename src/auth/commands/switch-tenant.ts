import { commit } from '../../audit/public.ts';
import { notFound } from '../../kernel/errors.ts';
import { forActor, type TenantContext } from '../../platform/context.ts';
import { findOptionalMembership } from '../../tenants/public.ts';
import { findOptionalUser } from '../../users/public.ts';
import type { SignedIn } from '../schemas.ts';
import { openSession } from './open-session.ts';

/** Signs a signed-in person in to another tenant of theirs. The session they came with goes on. @throws AppError not_found */
export async function switchTenant(context: TenantContext, tenantId: string): Promise<SignedIn> {
  const user = await findOptionalUser(context.db, context.actor.id);
  const membership = await findOptionalMembership(context.db, tenantId, context.actor.id);
  if (user === null || membership === null) throw notFound('The tenant');
  const { tenant, role } = membership;
  const session = await openSession(context, { user, tenant, role });
  // Where they came from is no business of the tenant's record that they go to.
  await commit(forActor(context, session.actor), session.statements, {
    action: 'session.create',
    entity: { type: 'user', id: user.id },
  });
  return session.signedIn;
}
