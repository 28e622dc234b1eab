import { AppError } from '../kernel/errors.ts';
import type { Context } from '../platform/context.ts';
import { checkKey, readCredential } from './credential.ts';
import { end, isDue, type Life } from './domain/lifetime.ts';
import { type Caller, rememberBundle } from './memory.ts';
import { parseBundle, readKv, warn } from './sources.ts';

/**
 * Asks KV, behind an answer, whether what memory served still holds: one bulk operation for the credential and the
 * bundles that are not fresh, and for each once a second at most. What KV does not have is left to grow old.
 */
export function refresh(
  context: Context,
  authorization: string,
  caller: Caller,
  lives: readonly Life[],
  now: number,
): void {
  const stale = lives.filter((life) => isDue(life, now) && !life.absent);
  const withCaller = caller.record !== null && isDue(caller, now);
  if (stale.length === 0 && !withCaller) return;
  for (const each of withCaller ? [caller, ...stale] : stale) each.askedAt = now;
  const work = ask(context, authorization, withCaller ? caller : null, stale).catch((error: unknown) => {
    // A key that was revoked meanwhile is forgotten by now: no news to an operator.
    if (error instanceof AppError && error.code === 'unauthenticated') return;
    warn(context, 'memory could not be refreshed', error);
  });
  context.waitUntil(work);
}

async function ask(
  context: Context,
  authorization: string,
  caller: Caller | null,
  lives: readonly Life[],
): Promise<void> {
  const readAt = context.now();
  const credential = caller === null ? null : readCredential(authorization);
  const recordKey = credential?.kind === 'api_key' ? credential.recordKey : null;
  const texts = await readKv(context, [...(recordKey === null ? [] : [recordKey]), ...lives.map((life) => life.key)]);
  if (caller !== null && credential?.kind === 'api_key') {
    const text = texts.get(credential.recordKey) ?? null;
    if (text !== null && text === caller.record) caller.readAt = readAt;
    else if (text !== null) {
      caller.readAt = -Infinity;
      await checkKey(context, authorization, credential, text, readAt);
    }
  }
  for (const life of lives) {
    const { key, name } = life;
    const text = texts.get(key) ?? null;
    const bundle = text === null ? null : parseBundle(context, { key, name }, text);
    if (text === null || bundle === null) continue;
    const held = rememberBundle({ key, name, bundle, readAt, asOf: 0, length: text.length });
    // An answer may outlive its bundle in memory: then it is made anew of the one that has just come.
    if (held.life !== life) end(life);
  }
}
