import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { storedText } from '../../../src/executions/domain/storing.ts';
import { maskJson, maskText } from '../../../src/privacy/public.ts';

const masked = (text: string) => storedText('masked', text);

describe('what is stored of a text, masked', () => {
  it('of JSON is JSON, masked by its keys as variables are', () => {
    const value = {
      pwd: 'hunter2x',
      mobileNumber: '9876543210',
      phoneNumber: '9876543210',
      accessToken: 'ab12cd34',
      card: 4111111111111111,
      ssn: 123456789,
      socialSecurityNumber: '123456789',
      phone: 4155550100,
    };
    for (const text of [JSON.stringify(value), ` ${JSON.stringify([value], null, 2)}\n`]) {
      const stored = masked(text) ?? '';
      const [only] = [JSON.parse(stored)].flat() as object[];
      expect(only).toEqual(maskJson(value));
      expect(masked(stored)).toBe(stored);
    }
  });

  it.each([
    [
      '{ "a" : 1.0 , "b": [true, 12345678901234567890, 1e400] }',
      '{ "a" : 1.0 , "b": [true, 12345678901234567890, 1e400] }',
    ],
    ['{"a":12345678901234567890,"b":1e400,"c":"x@y.co"}', '{"a":"12345678901234567890","b":"1e400","c":"[email]"}'],
    ['{"card":4111111111111111110}', '{"card":"[card]"}'],
    ['{"a":"x@y.co","a":1}', '{"a":1}'],
    ['{"__proto__":"x@y.co"}', '{"__proto__":"[email]"}'],
    ['[]', '[]'],
    ['{"pwd": "hunter2x"', '{"pwd": "hunter2x"'],
    ['"x@y.co"', '"[email]"'],
    ['4111111111111111', '[card]'],
    ['', ''],
  ])('%s', (text, stored) => {
    expect(masked(text)).toBe(stored);
  });

  it('is JSON wherever the text is, and otherwise the masked text', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (json, text) => {
        expect(() => JSON.parse(masked(`[${json}]`) ?? '') as unknown).not.toThrow();
        expect(masked(`: ${text}`)).toBe(maskText(`: ${text}`));
      }),
    );
  });

  it('of JSON that is too deep to be written is the masked text', () => {
    const deep = `${'['.repeat(200_000)}"x@y.co"${']'.repeat(200_000)}`;
    expect(masked(deep)).toBe(deep.replace('x@y.co', '[email]'));
  });

  it('is all of it, or nothing, where that is set', () => {
    expect(storedText('whole', '{"pwd": "hunter2x"}')).toBe('{"pwd": "hunter2x"}');
    expect(storedText('none', '{"pwd": "hunter2x"}')).toBeNull();
  });
});
