/** What this isolate has heard of activations: the generation from which each key must be served. */
const generations = new Map<string, number>();
const HEARD_MAX = 10_000;

/**
 * Remembers that a key changed at a generation, so that this isolate passes by memory and KV where they are older.
 * Other isolates hear nothing: they are bounded by their caches' lifetimes.
 */
export function hear(key: string, generation: number): void {
  if ((generations.get(key) ?? 0) >= generation) return;
  generations.delete(key);
  generations.set(key, generation);
  const [oldest] = generations.keys();
  if (generations.size > HEARD_MAX && oldest !== undefined) generations.delete(oldest);
}

/** The least generation that will do for a key, 0 when nothing was heard. */
export const heard = (key: string): number => generations.get(key) ?? 0;
