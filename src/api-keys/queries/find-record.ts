import type { Context } from '../../platform/context.ts';
import { type ApiKeyRecord, recordOf } from '../domain.ts';
import { findOptionalApiKey } from '../repo.ts';

/** What the edge must know of a key, from D1: for callers that do not trust what KV remembers. */
export async function findOptionalApiKeyRecord(
  context: Context,
  tenantId: string,
  id: string,
): Promise<ApiKeyRecord | null> {
  const key = await findOptionalApiKey(context.db, { tenantId }, id);
  return key === null ? null : recordOf(key);
}
