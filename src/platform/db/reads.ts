import { Lru } from '../../kernel/lru.ts';

/** How long what was read is good for (ms): as long as the edge's copies are fresh. */
const FRESH_MS = 1_000;

const MEGABYTE = 1024 * 1024;

/** What D1 gave, statement by statement. */
export type Results = readonly unknown[];

interface Read {
  readonly results: Results;
  /** When it was asked for (ms). */
  readonly at: number;
  readonly mark: object;
}

const reads = new Lru<Read>(2_000, 8 * MEGABYTE);

/** A tenant's mark is another one after each of its writes: whatever was read before, or was being read, is void. */
const marks = new Lru<object>(10_000, 10_000);

/** What is read of a tenant, and under which name. */
export interface ReadOf {
  readonly tenantId: string;
  readonly name: string;
  readonly now: number;
}

/**
 * What D1 said a moment ago, in this isolate: asked again where that is older than a second, or where the tenant has
 * written something since, here. Elsewhere a write is seen within that second.
 * @param isWorthIt whether what was read may be kept
 */
export async function readAgain(
  { tenantId, name, now }: ReadOf,
  read: () => Promise<Results>,
  isWorthIt: (results: Results) => boolean,
): Promise<Results> {
  const key = `${tenantId}\n${name}`;
  const known = reads.get(key);
  const mark = marks.get(tenantId) ?? {};
  if (known !== undefined && known.mark === mark && Math.abs(now - known.at) < FRESH_MS) return known.results;
  marks.set(tenantId, mark, 1);
  const results = await read();
  if (isWorthIt(results)) reads.set(key, { results, at: now, mark }, key.length + sizeOf(results));
  return results;
}

/** The tenant has written something. */
export function forgetReads(tenantId: string): void {
  marks.delete(tenantId);
}

/** In UTF-16 units, roughly. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.entries(value).reduce((sum, [name, each]) => sum + name.length + sizeOf(each), 16);
}
