import { utf8 } from '../../kernel/bytes.ts';

/** A version that may be chosen, and how much of all there is for it. */
export interface Arm {
  tag: string;
  weight: number;
}

/**
 * Which of some versions is a subject's: weighted rendezvous hashing. Every arm draws a number for the subject, of which
 * nothing but the arm and the subject knows, and the lowest −ln(u) / weight wins: an exponential race, in which each arm
 * wins its weight's share. So the same is chosen everywhere without anything being kept; and where one arm's weight
 * changes, or an arm comes or goes, only those move who move to it or from it.
 * (D. G. Thaler, C. V. Ravishankar, “Using name-based mappings to increase hit rates”, 1998; weights: J. Schindler,
 * “Weighted distributed hash tables”, SPAA 2005.)
 * @returns the index of the arm; of no arms, -1
 */
export function rendezvous(promptId: string, subject: string, arms: readonly Arm[]): number {
  let chosen = -1;
  let least = Infinity;
  for (const [index, { tag, weight }] of arms.entries()) {
    // Within (0, 1): neither end has a logarithm that will do.
    const drawn = (hashOf(`${tag}\n${promptId}\n${subject}`) + 0.5) / 2 ** 32;
    const arrival = -Math.log(drawn) / weight;
    if (arrival < least) {
      least = arrival;
      chosen = index;
    }
  }
  return chosen;
}

// An arm costs a fetch about a microsecond: without this, four.
const encoder = new TextEncoder();
const scratch = new Uint8Array(2048);

function hashOf(text: string): number {
  const { read, written } = encoder.encodeInto(text, scratch);
  return read === text.length ? murmur3(scratch, written) : murmur3(utf8(text));
}

/** MurmurHash3_x86_32 (A. Appleby, public domain) of the first bytes: any language can tell what will be chosen. */
export function murmur3(bytes: Uint8Array, length = bytes.length, seed = 0): number {
  const whole = length & ~3;
  let hash = seed;
  for (let at = 0; at < whole; at += 4) {
    hash ^= scrambled(littleEndian(bytes, at, at + 4));
    hash = Math.imul(rotated(hash, 13), 5) + 0xe6546b64;
  }
  hash ^= scrambled(littleEndian(bytes, whole, length)) ^ length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function littleEndian(bytes: Uint8Array, from: number, to: number): number {
  let word = 0;
  for (let at = to - 1; at >= from; at--) word = (word << 8) | (bytes[at] ?? 0);
  return word;
}

const scrambled = (block: number): number => Math.imul(rotated(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);

const rotated = (word: number, by: number): number => (word << by) | (word >>> (32 - by));
