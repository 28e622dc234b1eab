import { commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import { type Context, forActor } from '../../platform/context.ts';
import { listMembershipsOfUser } from '../../tenants/public.ts';
import { findOptionalUserByEmail } from '../../users/public.ts';
import { decoyHash, verifyPassword } from '../domain/password.ts';
import { openSession, type SignedIn } from './open-session.ts';

/** Signs a person in to a tenant of theirs: the one asked for, else the one joined first. @throws AppError invalid_credentials */
export async function login(
  context: Context,
  input: { email: string; password: string; tenantId?: string | undefined },
): Promise<SignedIn> {
  const user = await findOptionalUserByEmail(context.db, input.email);
  const right = await verifyPassword(input.password, user?.passwordHash ?? decoyHash(context.config.passwordCost));
  if (user === null || !right) throw new AppError('invalid_credentials', 'The email or the password is not right.');
  const memberships = await listMembershipsOfUser(context.db, user.id);
  const membership = memberships.find(({ tenant }) => input.tenantId === undefined || tenant.id === input.tenantId);
  if (membership === undefined) throw new AppError('invalid_credentials', 'The email or the password is not right.');
  const session = await openSession(context, user, membership.tenant, membership.role);
  await commit(forActor(context, session.actor), session.statements, {
    action: 'session.create',
    entity: { type: 'user', id: user.id },
  });
  return session.signedIn;
}
