import { type ApiKeyRecord } from '../api-keys/public.ts';
import type { Bundle, Tombstone } from '../deployments/public.ts';
import { AppError } from '../kernel/errors.ts';
import { ConfigError } from '../platform/config.ts';
import type { Context } from '../platform/context.ts';
import { describeError, log } from '../platform/log/log.ts';
import { KV_CACHE_SECONDS } from './domain/lifetime.ts';

/** KV gives up to 100 keys in one operation. */
const BULK_MAX = 100;

const OPTIONS = { type: 'text', cacheTtl: KV_CACHE_SECONDS } as const;

/** What KV has for some keys, null where it has nothing. One operation for each hundred. */
export async function readKv(context: Context, keys: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  const [key] = keys;
  if (keys.length === 1 && key !== undefined) {
    context.operations.kv++;
    return new Map([[key, await context.env.EDGE.get(key, OPTIONS)]]);
  }
  const groups: string[][] = [];
  for (let from = 0; from < keys.length; from += BULK_MAX) groups.push(keys.slice(from, from + BULK_MAX));
  const answers = await Promise.all(
    groups.map((group) => {
      context.operations.kv++;
      return context.env.EDGE.get(group, OPTIONS);
    }),
  );
  const [only] = answers;
  return answers.length === 1 && only !== undefined ? only : new Map(answers.flatMap((answer) => [...answer]));
}

/** The same, where KV failing is like KV having nothing: D1 has the truth. */
export async function readKvOrNothing(
  context: Context,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  try {
    return await readKv(context, keys);
  } catch (error) {
    warn(context, 'KV could not be read', error);
    return new Map();
  }
}

/** A bundle as KV has it, or null (and a word in the log) when it is not one. */
export function parseBundle(
  context: Context,
  { key, name }: { key: string; name: string },
  text: string,
): Bundle | Tombstone | null {
  const value = parse(text);
  const isBundle =
    isRecord(value) &&
    value['name'] === name &&
    isGeneration(value['generation']) &&
    (value['removed'] === true ||
      (isServed(value) && (value['experiment'] === undefined || isExperiment(value['experiment']))));
  if (isBundle) return value as unknown as Bundle | Tombstone;
  warn(context, 'KV holds something malformed', new Error(key));
  return null;
}

/** An API key's record as KV has it, or null (and a word in the log) when it is not one. */
export function parseRecord(context: Context, key: string, text: string): ApiKeyRecord | null {
  const value = parse(text);
  const isKeyRecord =
    isRecord(value) &&
    typeof value['id'] === 'string' &&
    typeof value['tenantId'] === 'string' &&
    typeof value['secretHash'] === 'string' &&
    typeof value['revoked'] === 'boolean' &&
    Array.isArray(value['scopes']) &&
    (value['environments'] === null || Array.isArray(value['environments'])) &&
    (value['expiresAt'] === null || typeof value['expiresAt'] === 'number');
  if (isKeyRecord) return value as unknown as ApiKeyRecord;
  warn(context, 'KV holds something malformed', new Error(key));
  return null;
}

/** What D1 says. @throws AppError unavailable where D1 fails */
export async function fromD1<T>(context: Context, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AppError || error instanceof ConfigError) throw error;
    warn(context, 'D1 could not be read', error);
    throw new AppError('unavailable', 'This is not in the cache, and the database does not answer. Try again.', {
      retryAfter: 5,
      cause: error,
    });
  }
}

/** Mends KV behind the answer. Should it fail, the next miss tries again. */
export function mend(context: Context, work: () => Promise<unknown>): void {
  context.waitUntil(
    work().catch((error: unknown) => {
      warn(context, 'KV could not be mended', error);
    }),
  );
}

export function warn(context: Context, message: string, error: unknown): void {
  log(context.config.logLevel, 'warn', message, { requestId: context.requestId, ...describeError(error) });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isServed = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value['locale'] === 'string' &&
  isRecord(value['locales']) &&
  Array.isArray(value['variables']);

const isExperiment = (value: unknown): boolean =>
  isRecord(value) &&
  typeof value['weight'] === 'number' &&
  Array.isArray(value['variants']) &&
  value['variants'].every(isVariant);

const isVariant = (value: unknown): boolean =>
  isServed(value) && isRecord(value) && typeof value['weight'] === 'number';

const isGeneration = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
