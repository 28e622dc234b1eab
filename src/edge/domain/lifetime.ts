/**
 * How old an answer can be. Memory serves for FRESH_MS without a thought, then until GONE_MS while KV is asked behind
 * the answer; KV keeps what it read in one place for KV_CACHE_SECONDS. So a revoked key, like a new activation, is
 * known everywhere after 10 s + 30 s, and what a slow network adds: within the 60 s that are promised.
 */
export const FRESH_MS = 1_000;
export const GONE_MS = 10_000;
export const KV_CACHE_SECONDS = 30;

/** One copy of a bundle, as far as its age goes. Everything that was made from the copy shares this. */
export interface Life {
  /** Where KV keeps it. */
  readonly key: string;
  /** The prompt's. */
  readonly name: string;
  readonly generation: number;
  /** The environment's generation as of which D1 said that this copy is the newest; 0 when D1 was not asked. */
  asOf: number;
  /** When the read that brought it, or last confirmed it, began (ms). */
  readAt: number;
  /** Not there: believed for FRESH_MS only, so that what is activated is found. */
  readonly absent: boolean;
  /** When KV was last asked whether it still holds (ms). */
  askedAt: number;
}

/** The newest generation of the environment that a copy is known to be right for. */
export const goodFor = (life: Life): number => Math.max(life.generation, life.asOf);

/** Whether memory may still serve it. A clock that went backwards makes it old. */
export function isAlive(life: { readAt: number; absent?: boolean }, now: number): boolean {
  const age = now - life.readAt;
  return age >= 0 && age < (life.absent === true ? FRESH_MS : GONE_MS);
}

export const isFresh = (life: { readAt: number }, now: number): boolean => now - life.readAt < FRESH_MS;

/** Whether it is time to ask whether a copy still holds: it is not fresh, and nobody asked within that time. */
export const isDue = (life: { readAt: number; askedAt: number }, now: number): boolean =>
  !isFresh(life, now) && now - life.askedAt >= FRESH_MS;

/** Ends a life: what was made from the copy is not served again. */
export function end(life: { readAt: number }): void {
  life.readAt = -Infinity;
}
