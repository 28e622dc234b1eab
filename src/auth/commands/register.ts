import { commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { type Context, forActor } from '../../platform/context.ts';
import { isUniqueViolation } from '../../platform/db/guard.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import { foundTenant, type Furnish } from '../../tenants/public.ts';
import { insertUser } from '../../users/public.ts';
import { hashPassword } from '../domain/password.ts';
import type { SignedIn } from '../schemas.ts';
import { openSession } from './open-session.ts';

export interface Registration {
  email: string;
  password: string;
  name: string;
  tenantName: string;
}

/** Makes a person and a tenant that is theirs. @throws AppError already_exists */
export async function register(context: Context, input: Registration, furnish: Furnish): Promise<SignedIn> {
  const now = context.now();
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const passwordHash = await hashPassword(input.password, context.config.passwordCost, salt);
  const user = {
    id: newId('user', now),
    email: input.email,
    name: input.name,
    passwordHash,
    createdAt: now,
    updatedAt: now,
  };
  const { tenant, statements } = foundTenant(context, { userId: user.id, tenantName: input.tenantName }, furnish);
  const session = await openSession(context, { user, tenant, role: 'owner' });
  const inside = forActor(context, session.actor);
  try {
    await commit(
      inside,
      [
        insertUser(context.db, user),
        ...statements,
        ...session.statements,
        keepEvent(inside, 'user.registered', { userId: user.id }),
        keepEvent(inside, 'tenant.created', { createdBy: user.id }),
      ],
      [
        { action: 'user.register', entity: { type: 'user', id: user.id } },
        { action: 'tenant.create', entity: { type: 'tenant', id: tenant.id }, data: { name: tenant.name } },
      ],
    );
  } catch (error) {
    if (isUniqueViolation(error, 'users.email')) {
      throw new AppError('already_exists', 'Somebody is registered with this email. Log in instead.');
    }
    throw error;
  }
  return session.signedIn;
}
