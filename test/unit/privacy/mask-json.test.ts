import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { JsonValue } from '../../../src/kernel/canonical-json.ts';
import { maskJson, maskText } from '../../../src/privacy/public.ts';
import { cardNumber, key } from './samples.ts';

const mask = (json: string): string => JSON.stringify(maskJson(JSON.parse(json) as JsonValue));
const json = fc.jsonValue({ maxDepth: 5 }).map((value) => value as JsonValue);

/** The same without texts, keys and numbers: how many of what are where. */
function shape(value: JsonValue): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value === 'object' && value !== null) return Object.values(value).map(shape);
  return value === null || typeof value === 'boolean' ? value : 'scalar';
}

describe('maskJson', () => {
  it.each([
    ['{"a":["x@y.co",{"b":"call +49 30 901820"}]}', '{"a":["[email]",{"b":"call [phone]"}]}'],
    ['"x@y.co"', '"[email]"'],
    [
      '[4111111111111111,4111111111111112,-4111111111111111,1.5,1732131370123]',
      '["[card]",4111111111111112,-4111111111111111,1.5,1732131370123]',
    ],
    [
      '{"ssn":123456789,"socialSecurityNumber":"123456789","id":123456789}',
      '{"ssn":"[ssn]","socialSecurityNumber":"[ssn]","id":123456789}',
    ],
    ['{"ssn":12345678}', '{"ssn":"[ssn]"}'],
    [
      '{"phone":"4155550100","phone_number":4155550100,"id":"4155550100"}',
      '{"phone":"[phone]","phone_number":"[phone]","id":"4155550100"}',
    ],
    ['{"phone":"98765\u201143210"}', '{"phone":"[phone]"}'],
    [
      '{"telefon":"4155550100","phone nr":"4155550100, evenings","ssn":"123456789 (hers)"}',
      '{"telefon":"[phone]","phone nr":"[phone], evenings","ssn":"[ssn] (hers)"}',
    ],
    [
      '{"password":12345678,"token":1234567,"tokens":12345678}',
      '{"password":"[secret]","token":1234567,"tokens":12345678}',
    ],
    [
      '{"x@y.co":1,"z@y.co":2,"[email]":3,"[email] (2)":4}',
      '{"[email]":1,"[email] (2)":2,"[email] (3)":3,"[email] (2) (2)":4}',
    ],
    ['{"__proto__":{"a":"x@y.co"},"constructor":"x@y.co"}', '{"__proto__":{"a":"[email]"},"constructor":"[email]"}'],
    ['{"password":"","token":null,"secret":true,"apiKey":7}', '{"password":"","token":null,"secret":true,"apiKey":7}'],
    ['{"secrets":["a",["b"],{"c":"d"}]}', '{"secrets":["[secret]",["[secret]"],{"c":"d"}]}'],
    [`{"sk-${'a1'.repeat(20)}":"a"}`, '{"[secret]":"a"}'],
    ['{"password: hunter2hunter2":"a"}', '{"password: [secret]":"[secret]"}'],
  ])('%s', (value, masked) => {
    expect(mask(value)).toBe(masked);
  });

  it.each([
    'password',
    'PASSWORD',
    'userPassword',
    'passwd',
    'db_pwd',
    'dbpassword',
    'userpasswd',
    'appsecret',
    'xapikey',
    'passphrase',
    'clientSecret',
    'client-secret',
    'SECRET_KEY',
    'apiKey',
    'api_key',
    'x-api-key',
    'APIKey',
    'apikey',
    'privateKey',
    'aws_access_key',
    'token',
    'accessToken',
    'access_token',
    'idtoken',
    'Authorization',
    'credentials',
  ])('a string named %s is a secret', (name) => {
    expect(maskJson({ [name]: 'a b' })).toEqual({ [name]: '[secret]' });
  });

  it.each([
    'secretary',
    'tokenizer',
    'tokens',
    'maxTokens',
    'token_count',
    'key',
    'keyboard',
    'compass',
    'author',
    'a',
  ])('a string named %s is none', (name) => {
    expect(maskJson({ [name]: 'a b' })).toEqual({ [name]: 'a b' });
  });

  it('masks card numbers of every network as numbers', () => {
    const safe = cardNumber.filter((number) => Number.isSafeInteger(Number(number)));
    fc.assert(
      fc.property(safe, (number) => {
        expect(maskJson([Number(number)])).toEqual(['[card]']);
      }),
    );
  });

  it('lets no key through, wherever it stands', () => {
    fc.assert(
      fc.property(json, key, json, (before, secret, after) => {
        const masked = JSON.stringify(maskJson([before, { [secret]: [secret, after], a: `b ${secret}` }]));
        expect(masked).not.toContain(JSON.stringify(secret).slice(1, -1));
      }),
    );
  });

  it('keeps the structure and the value it is given, and changes nothing of what it has masked', () => {
    fc.assert(
      fc.property(json, (value) => {
        const copy = structuredClone(value);
        const masked = maskJson(value);
        expect(value).toEqual(copy);
        expect(shape(masked)).toEqual(shape(value));
        expect(maskJson(masked)).toEqual(masked);
        if (typeof value === 'string') expect(masked).toBe(maskText(value));
      }),
      { numRuns: 500 },
    );
  });

  it('goes to any depth', () => {
    let deep: JsonValue = 'x@y.co';
    for (let depth = 0; depth < 100_000; depth += 1) deep = depth % 2 === 0 ? [deep] : { a: deep };
    let masked: JsonValue | undefined = maskJson(deep);
    while (typeof masked === 'object' && masked !== null) masked = Array.isArray(masked) ? masked[0] : masked.a;
    expect(masked).toBe('[email]');
  });

  it('does not touch what other objects inherit', () => {
    maskJson(JSON.parse('{"__proto__":{"polluted":"x@y.co"}}') as JsonValue);
    expect('polluted' in {}).toBe(false);
  });
});
