import { commit } from '../../audit/public.ts';
import { AppError, notFound } from '../../kernel/errors.ts';
import { type Context, forActor } from '../../platform/context.ts';
import { findOptionalMembership, listMembershipsOfUser } from '../../tenants/public.ts';
import type { SignedIn } from '../schemas.ts';
import { openSession } from './open-session.ts';
import { provePassword } from './prove-password.ts';

/**
 * Signs a person in to a tenant of theirs: the one asked for, else the one joined first.
 * @param address where the login comes from, or null when the platform does not say
 * @throws AppError invalid_credentials, rate_limited; once the password is right, not_found, forbidden
 */
export async function login(
  context: Context,
  input: { email: string; password: string; tenantId?: string | undefined },
  address: string | null,
): Promise<SignedIn> {
  const proof = await provePassword(context, { ...input, address });
  const { user } = proof;
  const membership =
    input.tenantId === undefined
      ? ((await listMembershipsOfUser(context.db, user.id, 1))[0] ?? null)
      : await findOptionalMembership(context.db, input.tenantId, user.id);
  if (membership === null && input.tenantId !== undefined) throw notFound('The tenant');
  if (membership === null)
    throw new AppError('forbidden', 'You belong to no tenant now. Ask for an invitation to one.');
  const { tenant, role } = membership;
  const session = await openSession(context, { user, tenant, role });
  await commit(
    forActor(context, session.actor),
    [...session.statements, ...proof.statements],
    [{ action: 'session.create', entity: { type: 'user', id: user.id } }, ...proof.entries],
  );
  return session.signedIn;
}
