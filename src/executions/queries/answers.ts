import type { TenantContext } from '../../platform/context.ts';
import { describeError, log } from '../../platform/log/log.ts';
import type { CachedAnswer } from '../domain/job.ts';

/** For so long the answer to a deterministic run is given again (s). */
const KEPT_SECONDS = 24 * 60 * 60;
/** Longer answers are not kept, in UTF-16 units of JSON: the object that plays one back keeps it with its question. */
const ANSWER_MAX = 100_000;

/** What an earlier run of the same was answered. KV failing is like KV having nothing. */
export async function readAnswer(context: TenantContext, key: string): Promise<CachedAnswer | null> {
  context.operations.kv++;
  try {
    return await context.env.EDGE.get<CachedAnswer>(key, 'json');
  } catch (error) {
    log(context.config.logLevel, 'warn', 'the answers in KV could not be read', describeError(error));
    return null;
  }
}

export async function keepAnswer(context: TenantContext, key: string, answer: CachedAnswer): Promise<void> {
  const json = JSON.stringify(answer);
  if (json.length > ANSWER_MAX) return;
  context.operations.kv++;
  await context.env.EDGE.put(key, json, { expirationTtl: KEPT_SECONDS });
}
