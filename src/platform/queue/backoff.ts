const FIRST_SECONDS = 2;
const FACTOR = 4;
const MOST_SECONDS = 3_600;

/**
 * How long to wait before a message is tried again: four times longer each time, up to an hour, and somewhere between half of it and
 * all, so that what failed together does not come back together. Eight retries take one and a half to three hours.
 * @param attempts how often it was tried, from 1
 * @param chance 0 to 1
 * @returns whole seconds
 */
export function backoff(attempts: number, chance = Math.random()): number {
  const most = Math.min(MOST_SECONDS, FIRST_SECONDS * FACTOR ** (attempts - 1));
  return Math.ceil(most * (0.5 + chance / 2));
}
