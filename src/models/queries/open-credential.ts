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

/** The same as D1 has it. */
export interface SealedCredential {
  sealedKey: string;
  baseUrl: string | null;
}

type Opening = Pick<TenantContext, 'config' | 'db' | 'scope'>;

/** The tenant's credential for a provider, or null when there is none. @throws AppError unavailable when it cannot be opened */
export async function openCredential(context: Opening, provider: ProviderName): Promise<OpenCredential | null> {
  if (provider === 'mock') return null;
  const row = await findOptionalCredential(context.db, context.scope, provider);
  return row === null ? null : openSealed(context, provider, row);
}

/** Opens what was read already. @throws AppError unavailable when it cannot be opened */
export async function openSealed(
  { config, scope: { tenantId } }: Opening,
  provider: ProviderName,
  { sealedKey, baseUrl }: SealedCredential,
): Promise<OpenCredential> {
  try {
    return { apiKey: await unseal(config, sealPurpose({ tenantId, provider }), sealedKey), baseUrl };
  } catch (error) {
    log(config.logLevel, 'error', 'credential cannot be opened', { tenantId, provider, ...describeError(error) });
    throw new AppError(
      'unavailable',
      `The credential for ${provider} cannot be opened. Set it anew with PUT /v1/provider-credentials/${provider}.`,
    );
  }
}
