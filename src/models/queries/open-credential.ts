import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { unseal } from '../../platform/crypto.ts';
import { describeError, log } from '../../platform/log/log.ts';
import { sealPurpose } from '../domain/credential.ts';
import type { ProviderName } from '../domain/model.ts';
import { findOptionalCredential } from '../repo/credentials.ts';

/** A provider's key in the clear: for the request to the provider, and nothing else. */
export interface OpenCredential {
  apiKey: string;
  /** Null: the provider's own. */
  baseUrl: string | null;
}

/** The tenant's credential for a provider, or null when there is none. @throws AppError unavailable when it cannot be opened */
export async function openCredential(
  { config, db, scope }: Pick<TenantContext, 'config' | 'db' | 'scope'>,
  provider: ProviderName,
): Promise<OpenCredential | null> {
  if (provider === 'mock') return null;
  const row = await findOptionalCredential(db, scope, provider);
  if (row === null) return null;
  try {
    return { apiKey: await unseal(config, sealPurpose(row), row.sealedKey), baseUrl: row.baseUrl };
  } catch (error) {
    log(config.logLevel, 'error', 'credential cannot be opened', {
      tenantId: row.tenantId,
      provider,
      ...describeError(error),
    });
    throw new AppError(
      'unavailable',
      `The credential for ${provider} cannot be opened. Set it anew with PUT /v1/provider-credentials/${provider}.`,
    );
  }
}
