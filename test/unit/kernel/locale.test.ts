import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalLocale, localeChain, pickLocale } from '../../../src/kernel/locale.ts';

describe('a locale', () => {
  it.each([
    ['en', 'en'],
    ['EN', 'en'],
    ['pt-br', 'pt-BR'],
    ['ZH-hant-tw', 'zh-Hant-TW'],
    ['sr-latn', 'sr-Latn'],
    ['de-1996', 'de-1996'],
    ['en-US-x-custom', 'en-US-x-custom'],
    ['iw', 'he'],
  ])('%s is written %s', (value, canonical) => {
    expect(canonicalLocale(value)).toBe(canonical);
  });

  it.each(['', 'e', 'en_US', 'en-', '-en', 'en--US', 'english language', 'a'.repeat(36), 'en\n', '../en', 'x'])(
    '%j is none',
    (value) => {
      expect(canonicalLocale(value)).toBeNull();
    },
  );

  it('never throws, and what it gives stays as it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[A-Za-z0-9-]{1,20}$/)), (value) => {
        const canonical = canonicalLocale(value);
        if (canonical !== null) expect(canonicalLocale(canonical)).toBe(canonical);
      }),
    );
  });
});

describe('the fallback', () => {
  it.each([
    ['fr-CA', ['fr-CA', 'fr']],
    ['fr', ['fr']],
    ['zh-Hant-TW', ['zh-Hant-TW', 'zh-Hant', 'zh']],
    [
      'zh-Hant-CN-x-private1-private2',
      ['zh-Hant-CN-x-private1-private2', 'zh-Hant-CN-x-private1', 'zh-Hant-CN', 'zh-Hant', 'zh'],
    ],
    ['de-u-co-phonebk', ['de-u-co-phonebk', 'de-u-co', 'de']],
  ])('of %s is %j (RFC 4647, 3.4)', (locale, chain) => {
    expect(localeChain(locale)).toEqual(chain);
  });

  it('picks the exact one, then a shorter one, then the version’s own', () => {
    const available = new Set(['en', 'fr', 'fr-CA']);
    expect(pickLocale('fr-CA', available, 'en')).toBe('fr-CA');
    expect(pickLocale('fr-BE', available, 'en')).toBe('fr');
    expect(pickLocale('de', available, 'en')).toBe('en');
    expect(pickLocale(null, available, 'en')).toBe('en');
    // A longer one is not a fallback: who asks for French may not be served Canadian French.
    expect(pickLocale('fr', new Set(['en', 'fr-CA']), 'en')).toBe('en');
  });

  it('always ends, in something that is there', () => {
    const tag = fc.stringMatching(/^[a-z]{2}(-[A-Z]{2})?(-[a-z0-9]{1,8}){0,3}$/);
    fc.assert(
      fc.property(tag, fc.array(tag), (wanted, others) => {
        const available = new Set(['en', ...others]);
        expect(available.has(pickLocale(wanted, available, 'en'))).toBe(true);
        const chain = localeChain(wanted);
        expect(chain[0]).toBe(wanted);
        for (const [i, shorter] of chain.entries())
          if (i > 0) expect(chain[i - 1]?.startsWith(`${shorter}-`)).toBe(true);
      }),
    );
  });
});
