import { commit } from '../../audit/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { seal } from '../../platform/crypto.ts';
import { lastFour, sealPurpose } from '../domain/credential.ts';
import type { KeyedProvider } from '../domain/model.ts';
import { type ProviderCredential, putCredential } from '../repo/credentials.ts';
import { acceptBaseUrl } from './check-settings.ts';

/** Sets a provider's credential, in place of the one before. @throws AppError validation_failed */
export async function setCredential(
  context: TenantContext,
  provider: KeyedProvider,
  input: { apiKey: string; baseUrl?: string | null | undefined },
): Promise<ProviderCredential> {
  const { tenantId } = context.scope;
  const baseUrl = acceptBaseUrl(context, input.baseUrl ?? null);
  const now = context.now();
  const row: ProviderCredential = {
    tenantId,
    provider,
    sealedKey: await seal(context.config, sealPurpose({ tenantId, provider }), input.apiKey),
    lastFour: lastFour(input.apiKey),
    baseUrl,
    updatedBy: context.actor.id,
    createdAt: now,
    updatedAt: now,
  };
  const [stored] = await commit(context, [putCredential(context.db, row)], {
    action: 'credential.put',
    entity: { type: 'credential', id: provider },
    data: { provider, baseUrl },
  });
  return (stored as ProviderCredential[])[0] ?? row;
}
