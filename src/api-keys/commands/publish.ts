import type { TenantScope } from '../../kernel/actor.ts';
import type { Context } from '../../platform/context.ts';
import { describeError, log } from '../../platform/log/log.ts';
import { apiKeyRecordKey, type ApiKeyRecord, recordOf } from '../domain.ts';
import { findOptionalApiKey, settlePublication } from '../repo.ts';

/**
 * Brings the edge's record of a key into agreement with D1. KV has no compare-and-set, so the writer looks at D1 again
 * after writing, and writes again if the key was revoked meanwhile; keys only ever go from live to revoked, so that
 * happens once. A writer that stops between writing and looking leaves `published_at` null, or a revocation that is
 * within its grace: either way the sweep writes again. A record of a revoked key is a tombstone, never a deletion.
 * @returns what was written, or null when D1 has no such key
 */
export async function publishApiKey(context: Context, scope: TenantScope, id: string): Promise<ApiKeyRecord | null> {
  let key = await findOptionalApiKey(context.db, scope, id);
  while (key !== null) {
    const record = recordOf(key);
    context.operations.kv++;
    await context.env.EDGE.put(apiKeyRecordKey(scope.tenantId, id), JSON.stringify(record));
    key = await settlePublication(context.db, scope, id, record, context.now());
    if (key !== null && recordOf(key).revoked === record.revoked) return record;
  }
  return null;
}

/** The same for a change that is committed: it stands though KV fails, and the sweep repairs. */
export async function publishOrLeave(context: Context, scope: TenantScope, id: string): Promise<void> {
  try {
    await publishApiKey(context, scope, id);
  } catch (error) {
    log(context.config.logLevel, 'warn', 'API key not published', {
      requestId: context.requestId,
      tenant: scope.tenantId,
      key: id,
      ...describeError(error),
    });
  }
}
