import { fromBase64Url, toBase64Url } from '../../kernel/bytes.ts';
import { scrypt, timingSafeEqual } from 'node:crypto';

/** The least characters of a new password; length counts, not kinds of characters (NIST SP 800-63B, 5.1.1). */
export const PASSWORD_MIN = 10;

/** scrypt's block size and parallelism: OWASP's N=2^14, r=8, p=5, which needs 16 MiB. */
const R = 8;
const P = 5;
const KEY_BYTES = 32;

/** A hash as `scrypt$N$r$p$salt$key` (base64url), so that its parameters can change. @param cost scrypt's N */
export async function hashPassword(password: string, cost: number, salt: Uint8Array): Promise<string> {
  const key = await derive(password, salt, { N: cost, r: R, p: P });
  return ['scrypt', cost, R, P, toBase64Url(salt), toBase64Url(key)].join('$');
}

/** Whether a password is the hashed one, in time that depends on the parameters alone. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [algorithm, n, r, p, salt, key] = hash.split('$');
  if (algorithm !== 'scrypt' || salt === undefined || key === undefined) return false;
  const derived = await derive(password, fromBase64Url(salt), { N: Number(n), r: Number(r), p: Number(p) });
  return timingSafeEqual(derived, fromBase64Url(key));
}

/** Whether a hash was made with other parameters than today's. */
export const needsRehash = (hash: string, cost: number): boolean => !hash.startsWith(`scrypt$${cost}$${R}$${P}$`);

/** What an unknown email is checked against, so that it takes the same time: no password fits it. */
export const decoyHash = (cost: number): string =>
  ['scrypt', cost, R, P, toBase64Url(new Uint8Array(16)), toBase64Url(new Uint8Array(KEY_BYTES))].join('$');

function derive(password: string, salt: Uint8Array, cost: { N: number; r: number; p: number }): Promise<Uint8Array> {
  const options = { ...cost, maxmem: 256 * cost.N * cost.r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
