import { commit } from '../../audit/public.ts';
import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { findOptionalApiKey, guardLive, markRevoked } from '../repo.ts';
import { publishOrLeave } from './publish.ts';

/** Ends a key: at once on the control plane, within a minute at the edge. Once more changes nothing. @throws AppError not_found */
export async function revokeApiKey(context: TenantContext, id: string): Promise<void> {
  const { db, scope } = context;
  const key = await findOptionalApiKey(db, scope, id);
  if (key === null) throw notFound('The API key');
  if (key.revokedAt !== null) return;
  try {
    await commit(context, [guardLive(db, scope, id), markRevoked(db, scope, id, context.now())], {
      action: 'api_key.delete',
      entity: { type: 'api_key', id },
      data: { name: key.name },
    });
  } catch (error) {
    // Revoked meanwhile: that is what was wanted.
    if (!isGuardFailure(error)) throw error;
  }
  await publishOrLeave(context, scope, id);
}
