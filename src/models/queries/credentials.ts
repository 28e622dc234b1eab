import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { KeyedProvider } from '../domain/model.ts';
import { findOptionalCredential, listCredentials, type ProviderCredential } from '../repo/credentials.ts';

/** A provider's credential, sealed. @throws AppError not_found */
export async function findCredential(context: TenantContext, provider: KeyedProvider): Promise<ProviderCredential> {
  const found = await findOptionalCredential(context.db, context.scope, provider);
  if (found === null) throw notFound(`A credential for ${provider}`);
  return found;
}

/** The tenant's credentials by provider. */
export async function pageOfCredentials<T>(
  context: TenantContext,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  present: (credential: ProviderCredential) => T,
): Promise<Page<T>> {
  const [after] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
  const rows = await listCredentials(context.db, context.scope, { after, limit: limit + 1 });
  return toPage(rows, limit, ({ provider }) => [provider], present);
}
