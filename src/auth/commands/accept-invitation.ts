import { commit } from '../../audit/public.ts';
import { AppError, type ErrorItem } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { type Context, derive, forActor } from '../../platform/context.ts';
import { isGuardFailure, isUniqueViolation } from '../../platform/db/guard.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import { findInvitation, findOptionalMembership, joinTenant } from '../../tenants/public.ts';
import { findOptionalUser, findOptionalUserByEmail, insertUser } from '../../users/public.ts';
import { hashPassword, PASSWORD_MIN } from '../domain/password.ts';
import { authenticateAccessToken } from '../queries/authenticate.ts';
import type { SignedIn } from '../schemas.ts';
import { openSession } from './open-session.ts';
import { type Proof, provePassword } from './prove-password.ts';

export interface Acceptance {
  token: string;
  name?: string | undefined;
  password?: string | undefined;
}

/** Who accepts, beside what they say: an access token, and the address it all comes from. */
export interface Acceptor {
  accessToken: string | null;
  address: string | null;
}

/**
 * Joins a tenant on an invitation and signs in to it. A new email becomes a person; a known one proves to be theirs by
 * its password or access token.
 * @throws AppError not_found, state_conflict, already_exists, validation_failed, invalid_credentials, rate_limited, forbidden
 */
export async function acceptInvitation(context: Context, input: Acceptance, acceptor: Acceptor): Promise<SignedIn> {
  const { invitation, tenant } = await findInvitation(context, input.token);
  const { user, statements, entries } = await identify(context, invitation, input, acceptor);
  if ((await findOptionalMembership(context.db, tenant.id, user.id)) !== null) {
    throw new AppError('already_exists', 'You belong to this tenant already. Log in instead.');
  }
  const joining = joinTenant(context, invitation, user.id);
  const session = await openSession(context, { user, tenant, role: invitation.role });
  const data = { email: invitation.email, role: invitation.role };
  try {
    await commit(
      forActor(context, session.actor),
      [...joining, ...statements, ...session.statements],
      [{ action: 'invitation.accept', entity: { type: 'invitation', id: invitation.id }, data }, ...entries],
    );
  } catch (error) {
    if (isGuardFailure(error)) {
      throw new AppError('state_conflict', 'The invitation was accepted or taken back at the same time.');
    }
    if (isUniqueViolation(error, 'users.email')) {
      throw new AppError('already_exists', 'Somebody registered this email meanwhile. Accept again with its password.');
    }
    throw error;
  }
  return session.signedIn;
}

type Invited = { readonly email: string; readonly tenantId: string };

async function identify(context: Context, to: Invited, input: Acceptance, acceptor: Acceptor): Promise<Proof> {
  const { email } = to;
  if (acceptor.accessToken !== null) {
    const actor = await authenticateAccessToken(context, acceptor.accessToken);
    const user = await findOptionalUser(context.db, actor.id);
    if (user === null || user.email !== email) {
      throw new AppError('forbidden', 'The invitation is for another email than the one you are signed in with.');
    }
    return { user, statements: [], entries: [] };
  }
  if ((await findOptionalUserByEmail(context.db, email)) !== null) {
    const { password } = input;
    if (password === undefined)
      throw missing([{ path: 'password', message: 'say the password of your account', code: 'required' }]);
    return provePassword(context, { email, password, address: acceptor.address });
  }
  return newPerson(context, to, input);
}

async function newPerson(
  context: Context,
  { email, tenantId }: Invited,
  { name, password }: Acceptance,
): Promise<Proof> {
  const problems: ErrorItem[] = [];
  if (name === undefined) problems.push({ path: 'name', message: 'is needed for a new account', code: 'required' });
  if (password === undefined || password.length < PASSWORD_MIN) {
    const message = `a new account needs a password of ${PASSWORD_MIN} characters or more`;
    problems.push({ path: 'password', message, code: password === undefined ? 'required' : 'too_small' });
  }
  if (name === undefined || password === undefined || problems.length > 0) throw missing(problems);
  const now = context.now();
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const passwordHash = await hashPassword(password, context.config.passwordCost, salt);
  const user = { id: newId('user', now), email, name, passwordHash, createdAt: now, updatedAt: now };
  return {
    user,
    statements: [
      insertUser(context.db, user),
      keepEvent(derive(context, { scope: { tenantId } }), 'user.registered', { userId: user.id }),
    ],
    entries: [{ action: 'user.register', entity: { type: 'user', id: user.id } }],
  };
}

function missing(errors: readonly ErrorItem[]): AppError {
  const [first] = errors;
  return new AppError('validation_failed', `${first?.path}: ${first?.message}.`, { errors });
}
