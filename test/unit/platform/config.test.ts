import { describe, expect, it } from 'vitest';
import { generateKeyPairSync } from 'node:crypto';
import { ConfigError, parseConfig, type Settings } from '../../../src/platform/config.ts';

const jwk = (kid: string) => ({ kid, ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) });
const bytes = (length: number) => Buffer.alloc(length, 7).toString('base64url');
const first = jwk('one');
const good = {
  AUTH_SIGNING_KEYS: JSON.stringify({ keys: [first, jwk('two')] }),
  AUTH_PEPPER: bytes(32),
  ENCRYPTION_KEYS: `a:${bytes(32)},b:${bytes(32)}`,
};

/** What an operator is told. */
function problemOf(changed: { [K in keyof Settings]: string | undefined }): string {
  try {
    parseConfig({ ...good, ...changed } as Settings);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  return 'none';
}

describe('the configuration', () => {
  it('is read with its defaults', () => {
    const config = parseConfig(good);
    expect(config.signingKeys.map(({ kid }) => kid)).toEqual(['one', 'two']);
    expect(config.encryptionKeys.map(({ kid }) => kid)).toEqual(['a', 'b']);
    expect(config.pepper).toHaveLength(32);
    expect(config).toMatchObject({ corsOrigins: [], logLevel: 'info', passwordCost: 16_384, allowLoopback: false });
    expect(parseConfig({ ...good, PROVIDER_LOOPBACK: '' }).allowLoopback).toBe(false);
    expect(parseConfig({ ...good, PROVIDER_LOOPBACK: 'allow' }).allowLoopback).toBe(true);
    expect(parseConfig({ ...good, CORS_ORIGINS: 'https://a.example, https://b.example:8443' }).corsOrigins).toEqual([
      'https://a.example',
      'https://b.example:8443',
    ]);
  });

  it.each(['AUTH_SIGNING_KEYS', 'AUTH_PEPPER', 'ENCRYPTION_KEYS'] as const)(
    'names %s when it is missing',
    (setting) => {
      for (const value of [undefined, '', '  '])
        expect(problemOf({ [setting]: value })).toMatch(`${setting} is missing`);
    },
  );

  it.each([
    ['{', /AUTH_SIGNING_KEYS is not JSON/],
    ['[]', /holds no keys/],
    ['{"keys":{}}', /holds no keys/],
    ['{"keys":[]}', /holds no keys/],
    ['{"keys":[7]}', /without a kid/],
    [JSON.stringify({ keys: [{ ...first, kid: '' }] }), /without a kid/],
    [JSON.stringify({ keys: [{ ...first, crv: 'X25519' }] }), /kid one.*not an Ed25519 private key/],
    [JSON.stringify({ keys: [{ ...first, d: undefined }] }), /kid one.*not an Ed25519 private key/],
    [JSON.stringify({ keys: [{ ...first, d: bytes(33) }] }), /kid one.*wrong length/],
    [JSON.stringify({ keys: [{ ...first, x: bytes(31) }] }), /too short/],
    [JSON.stringify({ keys: [{ ...first, x: '!' }] }), /not base64url/],
    [JSON.stringify({ keys: [first, first] }), /same kid twice/],
  ])('says what is wrong with signing keys: %s', (value, message) => {
    expect(problemOf({ AUTH_SIGNING_KEYS: value })).toMatch(message);
  });

  it.each([
    [{ AUTH_PEPPER: bytes(31) }, /AUTH_PEPPER is too short/],
    [{ AUTH_PEPPER: 'not base64url!' }, /AUTH_PEPPER is not base64url/],
    [{ ENCRYPTION_KEYS: bytes(32) }, /ENCRYPTION_KEYS must be `kid:key`/],
    [{ ENCRYPTION_KEYS: `:${bytes(32)}` }, /must be `kid:key`/],
    [{ ENCRYPTION_KEYS: `a:${bytes(32)}:b` }, /must be `kid:key`/],
    [{ ENCRYPTION_KEYS: `a:${bytes(16)}` }, /too short/],
    [{ ENCRYPTION_KEYS: `a:${bytes(33)}` }, /kid a.*not 32 bytes/],
    [{ CORS_ORIGINS: 'https://a.example/path' }, /CORS_ORIGINS must be origins/],
    [{ CORS_ORIGINS: '*' }, /CORS_ORIGINS must be origins/],
    [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL must be one of/],
    [{ PASSWORD_SCRYPT_N: '15000' }, /PASSWORD_SCRYPT_N must be a power of two/],
    [{ PASSWORD_SCRYPT_N: '512' }, /PASSWORD_SCRYPT_N/],
    [{ PASSWORD_SCRYPT_N: '131072' }, /PASSWORD_SCRYPT_N/],
    [{ PASSWORD_SCRYPT_N: 'much' }, /PASSWORD_SCRYPT_N/],
    [{ PROVIDER_LOOPBACK: 'true' }, /PROVIDER_LOOPBACK must be allow/],
    [{ PROVIDER_LOOPBACK: 'Allow' }, /PROVIDER_LOOPBACK must be allow/],
    [{ COUNT_USES: '' }, /COUNT_USES must be on, off/],
    [{ COUNT_USES: 'yes' }, /COUNT_USES must be on, off/],
  ])('says what is wrong with a setting: %o', (changed, message) => {
    expect(problemOf(changed)).toMatch(message);
  });

  it('never quotes a secret', () => {
    const secret = 'S3CR3T-VALUE';
    const told = [
      problemOf({ AUTH_SIGNING_KEYS: secret }),
      problemOf({ AUTH_PEPPER: secret }),
      problemOf({ ENCRYPTION_KEYS: `a:${secret}` }),
      problemOf({ AUTH_SIGNING_KEYS: JSON.stringify({ keys: [{ ...first, d: secret }] }) }),
    ];
    for (const message of told) expect(message).not.toContain(secret);
  });
});
