import { commit } from '../../audit/public.ts';
import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import type { KeyedProvider } from '../domain/model.ts';
import { deleteCredential } from '../repo/credentials.ts';

/** Removes a provider's credential. @throws AppError not_found */
export async function removeCredential(context: TenantContext, provider: KeyedProvider): Promise<void> {
  try {
    await commit(context, deleteCredential(context.db, context.scope, provider), {
      action: 'credential.delete',
      entity: { type: 'credential', id: provider },
      data: { provider },
    });
  } catch (error) {
    if (isGuardFailure(error)) throw notFound(`A credential for ${provider}`);
    throw error;
  }
}
