import type { Config } from '../../platform/config.ts';
import { equalInConstantTime, hmac } from '../../platform/crypto.ts';
import type { ApiKeyRecord, PresentedKey } from '../domain.ts';

/**
 * The record, if a key that was presented proves to be its own and it is neither revoked nor expired; else null. No I/O.
 * @param now milliseconds
 */
export function verifyApiKeyRecord(
  config: Config,
  record: ApiKeyRecord | null,
  presented: PresentedKey,
  now: number,
): ApiKeyRecord | null {
  if (record === null || record.tenantId !== presented.tenantId || record.id !== presented.id) return null;
  const right = equalInConstantTime(hmac(config, 'api-key', presented.secret), record.secretHash);
  if (!right || record.revoked || (record.expiresAt !== null && record.expiresAt <= now)) return null;
  return record;
}
