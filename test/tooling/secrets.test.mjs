// The secrets that scripts/secrets.mjs makes are what wrangler.toml requires, in the form the Worker reads.
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parseEnv } from 'node:util';

import { devVars, generateSecrets } from '../../scripts/secrets.mjs';

const secrets = generateSecrets();

test('every secret that wrangler.toml requires is made', () => {
  const toml = readFileSync(path.resolve(import.meta.dirname, '../../wrangler.toml'), 'utf8');
  const required = JSON.parse(/^required = (\[.*\])$/m.exec(toml)[1]);
  assert.deepEqual(Object.keys(secrets).toSorted(), required.toSorted());
});

test('the signing key signs, and its public half verifies', () => {
  const [jwk, ...others] = JSON.parse(secrets.AUTH_SIGNING_KEYS).keys;
  assert.equal(others.length, 0);
  assert.deepEqual(
    { kty: jwk.kty, crv: jwk.crv, alg: jwk.alg, use: jwk.use },
    { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig' },
  );
  assert.match(jwk.kid, /^[\w-]{43}$/);
  const { d, ...open } = jwk;
  assert.ok(d);
  const signature = sign(null, Buffer.from('x'), createPrivateKey({ key: jwk, format: 'jwk' }));
  assert.ok(verify(null, Buffer.from('x'), createPublicKey({ key: open, format: 'jwk' }), signature));
});

test('pepper and encryption key hold 32 bytes', () => {
  const [kid, key] = secrets.ENCRYPTION_KEYS.split(':');
  assert.match(kid, /^k[0-9a-f]{8}$/);
  for (const text of [secrets.AUTH_PEPPER, key]) assert.equal(Buffer.from(text, 'base64url').length, 32);
});

test('no two runs are alike', () => {
  const again = generateSecrets();
  for (const [name, value] of Object.entries(secrets)) assert.notEqual(again[name], value);
});

test('.dev.vars reads back as it was written', () => assert.deepEqual({ ...parseEnv(devVars(secrets)) }, secrets));
