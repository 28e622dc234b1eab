import { sha256 } from '../../kernel/canonical-json.ts';

/** The next of a sequence of whole numbers from 0 to below 2³². */
export type Random = () => number;

/** So many numbers are drawn before the first is used: until then the seed shows. */
const WARM_UP = 20;

/**
 * Numbers as if by chance, and the same ones for the same seed. The generator is sfc32 (Chris Doty-Humphrey, PractRand 0.94):
 * 128 bits of state, passes BigCrush. Not for secrets.
 */
export function randomFrom(seed: string): Random {
  const hash = sha256(seed);
  let a = word(hash, 0);
  let b = word(hash, 1);
  let c = word(hash, 2);
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let drawn = 0; drawn < WARM_UP; drawn++) next();
  return next;
}

const word = (hash: string, index: number): number => Number.parseInt(hash.slice(index * 8, index * 8 + 8), 16) | 0;

/** A whole number from 0 to below `bound`. Some come up more often than others, by less than one in 2³² / bound. */
export const below = (random: Random, bound: number): number => Math.floor((random() * bound) / 4_294_967_296);

/** The numbers from 0 to below `length`, shuffled (Fisher and Yates). */
export function shuffled(random: Random, length: number): Uint32Array {
  const order = Uint32Array.from({ length }, (_, index) => index);
  for (let left = length - 1; left > 0; left--) {
    const other = below(random, left + 1);
    const kept = order[left] ?? 0;
    order[left] = order[other] ?? 0;
    order[other] = kept;
  }
  return order;
}
