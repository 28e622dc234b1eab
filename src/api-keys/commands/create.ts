import { commit } from '../../audit/public.ts';
import { can } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Permission } from '../../kernel/permissions.ts';
import type { TenantContext } from '../../platform/context.ts';
import { hmac, newSecret } from '../../platform/crypto.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { type ApiKey, formatApiKey, KEYS_MAX, LIFETIME_MAX_MS, prefixOf, scopesBeyond } from '../domain.ts';
import { guardRoomForKey, insertApiKey } from '../repo.ts';
import { publishOrLeave } from './publish.ts';

export interface NewApiKey {
  name: string;
  scopes: Permission[];
  environments?: string[] | null | undefined;
  /** Milliseconds. */
  expiresAt?: number | null | undefined;
}

/**
 * Makes a key. Its secret is in the answer and nowhere else.
 * @param present what the caller will be told, for a repetition
 * @throws AppError forbidden, naming the scopes; validation_failed; state_conflict when there are too many
 */
export async function createApiKey(
  context: TenantContext,
  input: NewApiKey,
  present: (key: ApiKey, text: string) => unknown,
): Promise<{ key: ApiKey; text: string }> {
  const { db, scope, actor, config } = context;
  const scopes = [...new Set(input.scopes)];
  const beyond = scopesBeyond(scopes, (permission) => can(actor, permission));
  if (beyond.length > 0) throw new AppError('forbidden', `You can’t give a key these scopes: ${beyond.join(', ')}.`);
  const now = context.now();
  requireExpiry(input.expiresAt ?? null, now);

  const id = newId('apiKey', now);
  const secret = newSecret();
  const text = formatApiKey({ tenantId: scope.tenantId, id, secret });
  const key: ApiKey = {
    tenantId: scope.tenantId,
    id,
    name: input.name,
    prefix: prefixOf(text),
    secretHash: hmac(config, 'api-key', secret),
    scopes,
    environments: input.environments ? [...new Set(input.environments)] : null,
    createdBy: actor.id,
    createdAt: now,
    expiresAt: input.expiresAt ?? null,
    revokedAt: null,
    publishedAt: null,
  };
  const entry = {
    action: 'api_key.create' as const,
    entity: { type: 'api_key', id },
    data: { name: key.name, scopes, environments: key.environments, expiresAt: key.expiresAt },
  };
  const answer = { status: 201, body: present(key, text) };
  try {
    await commit(context, [guardRoomForKey(db, scope, KEYS_MAX, now), insertApiKey(db, key)], entry, answer);
  } catch (error) {
    if (!isGuardFailure(error)) throw error;
    throw new AppError(
      'state_conflict',
      `The tenant has ${KEYS_MAX} live API keys, the most it may have. Revoke some.`,
    );
  }
  await publishOrLeave(context, scope, id);
  return { key, text };
}

function requireExpiry(expiresAt: number | null, now: number): void {
  if (expiresAt === null || (expiresAt > now && expiresAt <= now + LIFETIME_MAX_MS)) return;
  const message = expiresAt <= now ? 'must be in the future' : 'must be within 5 years';
  throw new AppError('validation_failed', `expiresAt: ${message}.`, {
    errors: [{ path: 'expiresAt', message, code: 'invalid_expiry' }],
  });
}
