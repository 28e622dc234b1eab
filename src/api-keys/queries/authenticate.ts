import type { ApiKeyActor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Context } from '../../platform/context.ts';
import type { Meanwhile } from '../../platform/db/meanwhile.ts';
import { effectivePermissions, parseApiKey, recordOf } from '../domain.ts';
import { findOptionalApiKeyWithMaker } from '../repo.ts';
import { verifyApiKeyRecord } from './verify-record.ts';

/**
 * The machine behind an API key, with its scopes less what its maker no longer may: one who was demoted takes the key
 * down with them, one who left takes it away. One read of D1. (The edge reads KV instead, where `edge:read` goes on until
 * the key is revoked: production does not stop when a person leaves.)
 * @param meanwhile is read in the same round trip
 * @throws AppError unauthenticated, in the same words whatever is wrong
 */
export async function authenticateApiKey(
  context: Context,
  text: string,
  meanwhile: Meanwhile | null = null,
): Promise<ApiKeyActor> {
  const presented = parseApiKey(text);
  if (presented === null) throw refused();
  const { tenantId, id } = presented;
  const found = await findOptionalApiKeyWithMaker(context.db, { tenantId }, id, meanwhile, context.now());
  const record = found === null ? null : recordOf(found.key);
  const verified = verifyApiKeyRecord(context.config, record, presented, context.now());
  if (found === null || verified === null || found.makerRole === null) throw refused();
  return {
    kind: 'api_key',
    id,
    tenantId,
    makerId: found.key.createdBy,
    permissions: effectivePermissions(verified.scopes, found.makerRole),
    environments: verified.environments,
  };
}

const refused = (): AppError =>
  new AppError(
    'unauthenticated',
    'The API key is not valid: mistyped, revoked, expired, or its maker left the tenant.',
  );
