import { AppError } from '../../kernel/errors.ts';
import type { Role } from '../../kernel/permissions.ts';
import type { TenantContext } from '../../platform/context.ts';
import { findOptionalMembership, listMembershipsOfUser, type Tenant } from '../../tenants/public.ts';
import { findOptionalUser, type User } from '../../users/public.ts';

export interface Me {
  user: User;
  tenant: Tenant;
  role: Role;
  /** At most 1,000, the first joined first. */
  memberships: { tenant: Tenant; role: Role; createdAt: number }[];
}

/** The person signed in, the tenant they are in, and those they could switch to. */
export async function readMe(context: TenantContext): Promise<Me> {
  const { db, actor, scope } = context;
  const [user, current, memberships] = await Promise.all([
    findOptionalUser(db, actor.id),
    findOptionalMembership(db, scope.tenantId, actor.id),
    listMembershipsOfUser(db, actor.id),
  ]);
  if (user === null || current === null) throw new AppError('unauthenticated', 'The session has ended. Log in again.');
  return { user, ...current, memberships };
}
