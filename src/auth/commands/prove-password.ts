import { type AuditEntry, recordRefusal } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import { type Context, forActor } from '../../platform/context.ts';
import { hmac } from '../../platform/crypto.ts';
import type { Statement } from '../../platform/db/db.ts';
import { describeError, log } from '../../platform/log/log.ts';
import { listMembershipsOfUser } from '../../tenants/public.ts';
import { updatePasswordHash, type User } from '../../users/public.ts';
import { decoyHash, hashPassword, needsRehash, verifyPassword } from '../domain/password.ts';
import { ACCOUNT_RULE, ADDRESS_RULE, addressGroup, type ThrottleKey, waitSeconds } from '../domain/throttle.ts';
import { chargeTry, forgetTries, returnTry } from '../repo/throttles.ts';

/** A person who proved to be one, and what belongs into the batch of what they came for. */
export interface Proof {
  user: User;
  statements: Statement[];
  entries: AuditEntry[];
}

interface Claim {
  email: string;
  password: string;
  /** Where it comes from, or null when the platform does not say. */
  address: string | null;
}

/**
 * Checks a password. The try is charged before the check and given back with what follows from success, so that tries
 * at the same time can't slip past the count. A known and an unknown email do the same work: one round trip to D1, one
 * scrypt. (Only a person whose hash is of another cost than today's differs in time, until the next login mends it.)
 * @throws AppError invalid_credentials, rate_limited
 */
export async function provePassword(context: Context, claim: Claim): Promise<Proof> {
  const { config, db } = context;
  const now = context.now();
  const account: ThrottleKey = { key: hmac(config, 'login-account', claim.email), rule: ACCOUNT_RULE };
  const address = claim.address === null ? null : hmac(config, 'login-address', addressGroup(claim.address));
  const keys = address === null ? [account] : [account, { key: address, rule: ADDRESS_RULE }];
  const { user, blockedUntil } = await chargeTry(db, claim.email, keys, now);
  if (blockedUntil !== null) {
    const retryAfter = waitSeconds({ blockedUntil }, now);
    throw new AppError('rate_limited', `Too many failed logins. Try again in ${retryAfter} seconds.`, { retryAfter });
  }
  const right = await verifyPassword(claim.password, user?.passwordHash ?? decoyHash(config.passwordCost));
  if (user === null || !right) {
    const refusal = new AppError('invalid_credentials', 'The email or the password is not right.');
    if (user !== null) context.waitUntil(recordFailure(context, user, refusal));
    throw refusal;
  }
  const rehash = await rehashed(context, user, claim.password);
  return {
    user,
    statements: [
      forgetTries(db, account.key),
      ...(address === null ? [] : [returnTry(db, address)]),
      ...rehash.statements,
    ],
    entries: rehash.entries,
  };
}

/** Moves a password to today's cost, while it is at hand. */
async function rehashed(context: Context, user: User, password: string): Promise<Omit<Proof, 'user'>> {
  const { passwordCost } = context.config;
  if (!needsRehash(user.passwordHash, passwordCost)) return { statements: [], entries: [] };
  const hash = await hashPassword(password, passwordCost, crypto.getRandomValues(new Uint8Array(16)));
  return {
    statements: [updatePasswordHash(context.db, user.id, hash, context.now())],
    entries: [{ action: 'user.rehash', entity: { type: 'user', id: user.id } }],
  };
}

/** Tells a known person's first tenant of a failed login, after the answer: its time must not say that there is one. */
async function recordFailure(context: Context, user: User, error: AppError): Promise<void> {
  try {
    const [first] = await listMembershipsOfUser(context.db, user.id, 1);
    if (first === undefined) return;
    const actor = { kind: 'user', id: user.id, tenantId: first.tenant.id, role: first.role, sessionId: '' } as const;
    await recordRefusal(forActor(context, actor), {
      action: 'session.create',
      error,
      path: `/v1/auth/login#${user.id}`,
    });
  } catch (failure) {
    log(context.config.logLevel, 'error', 'failed login not recorded', {
      requestId: context.requestId,
      ...describeError(failure),
    });
  }
}
