import { createHmac } from 'node:crypto';
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../kernel/bytes.ts';
import type { Config, EncryptionKey } from './config.ts';

/** HMAC-SHA-256 under the pepper, base64url (43 characters). `purpose` keeps the uses apart. */
export function hmac(config: Config, purpose: string, value: string): string {
  return createHmac('sha256', config.pepper).update(`${purpose}\n${value}`).digest('base64url');
}

/** 32 random bytes, base64url: the secret half of a token. */
export const newSecret = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(32)));

/** Whether two texts of the same length are equal, in time that does not depend on where they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  const [left, right] = [utf8(a), utf8(b)];
  return left.length === right.length && crypto.subtle.timingSafeEqual(left, right);
}

/**
 * AES-256-GCM under the first encryption key, as `kid.iv.ciphertext` (base64url).
 * @param purpose bound as additional data: a text sealed for one purpose does not open for another
 */
export async function seal(config: Config, purpose: string, text: string): Promise<string> {
  const [key] = config.encryptionKeys;
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(parameters(iv, purpose), await importKey(key), utf8(text));
  return `${key.kid}.${toBase64Url(iv)}.${toBase64Url(new Uint8Array(sealed))}`;
}

/** The text of a seal. @throws Error when no key has its kid, or it was changed */
export async function unseal(config: Config, purpose: string, sealed: string): Promise<string> {
  const [kid, iv, data] = sealed.split('.');
  const key = config.encryptionKeys.find((candidate) => candidate.kid === kid);
  if (key === undefined || iv === undefined || data === undefined)
    throw new Error(`no encryption key has the kid ${kid}`);
  const bytes = fromBase64Url(iv);
  const opened = await crypto.subtle.decrypt(parameters(bytes, purpose), await importKey(key), fromBase64Url(data));
  return fromUtf8(new Uint8Array(opened));
}

const parameters = (iv: Uint8Array<ArrayBuffer>, purpose: string) => ({
  name: 'AES-GCM',
  iv,
  additionalData: utf8(purpose),
});

const importKey = (key: EncryptionKey): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', key.bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
