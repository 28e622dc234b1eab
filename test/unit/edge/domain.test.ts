import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesEntityTag, parseGeneration } from '../../../src/edge/domain/conditions.ts';
import {
  end,
  FRESH_MS,
  GONE_MS,
  goodFor,
  isAlive,
  isDue,
  isFresh,
  KV_CACHE_SECONDS,
} from '../../../src/edge/domain/lifetime.ts';
import { asksForTruth } from '../../../src/platform/http/cache-control.ts';
import { selectLocale } from '../../../src/edge/domain/locale.ts';

describe('selectLocale', () => {
  const tags = ['en', 'fr', 'fr-CA', 'fr-CA-x-acme', 'zh', 'zh-Hant', 'zh-Hant-TW', 'de-DE', 'pt-BR', 'pt'];

  it('serves exact, then shorter, then its own, and says when it is another', () => {
    fc.assert(
      fc.property(
        fc.subarray(tags, { minLength: 1 }),
        fc.option(fc.constantFrom(...tags, 'fr-BE', 'de', 'ja')),
        (available, wanted) => {
          const own = available[0]!;
          const locales = Object.fromEntries(available.map((locale) => [locale, `in ${locale}`]));
          const { locale, fallback, content } = selectLocale({ locale: own, locales }, wanted);
          expect(content).toBe(`in ${locale}`);
          expect(fallback).toBe(wanted !== null && locale !== wanted);
          if (wanted === null) expect(locale).toBe(own);
          else {
            // Nothing longer that is on the way from the wish was there.
            const better = available.filter((one) => wanted === one || wanted.startsWith(`${one}-`));
            const best = better.toSorted((a, b) => b.length - a.length)[0];
            expect(locale).toBe(best ?? own);
          }
        },
      ),
    );
  });

  it('does not take a property of every object for a locale', () => {
    expect(selectLocale({ locale: 'en', locales: { en: 1 } }, 'constructor').locale).toBe('en');
    expect(() => selectLocale({ locale: 'en', locales: {} }, null)).toThrow('lacks its own locale');
  });
});

describe('conditions', () => {
  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"x", "a"', true],
    ['"x",W/"a" , "y"', true],
    [' * ', true],
    ['"b"', false],
    ['a', false],
    ['', false],
    ['"x" "a"', false],
  ])('If-None-Match: %s', (header, expected) => {
    expect(matchesEntityTag(header, '"a"')).toBe(expected);
  });

  it.each([
    ['no-cache', true],
    ['max-age=0, No-Cache', true],
    ['no-cache="x"', true],
    ['max-age=10', false],
    ['no-cached', false],
    ['x-no-cache', false],
    ['no-store', false],
    [null, false],
  ])('Cache-Control: %s', (header, expected) => {
    expect(asksForTruth(header)).toBe(expected);
  });

  it.each([
    [null, 0],
    ['0', 0],
    ['7', 7],
    ['999999999999999', 999_999_999_999_999],
    ['', null],
    ['-1', null],
    ['1.5', null],
    ['1e3', null],
    [' 7', null],
    ['9999999999999999', null],
  ])('X-Min-Generation: %s', (header, expected) => {
    expect(parseGeneration(header)).toBe(expected);
  });
});

describe('lifetime', () => {
  const life = { key: 'k', name: 'n', generation: 3, asOf: 0, readAt: 1_000, askedAt: 1_000, absent: false };

  it('is fresh, then stale, then gone; what is absent is never stale', () => {
    expect([1_000, 1_000 + FRESH_MS - 1, 1_000 + FRESH_MS].map((now) => isFresh(life, now))).toEqual([
      true,
      true,
      false,
    ]);
    expect([999, 1_000, 999 + GONE_MS, 1_000 + GONE_MS].map((now) => isAlive(life, now))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    const absent = { ...life, absent: true };
    expect([999 + FRESH_MS, 1_000 + FRESH_MS].map((now) => isAlive(absent, now))).toEqual([true, false]);
    const ended = { ...life };
    end(ended);
    expect(isAlive(ended, 1_000)).toBe(false);
  });

  it('is asked about once a second at most', () => {
    expect([1_999, 2_000].map((now) => isDue(life, now))).toEqual([false, true]);
    expect([2_999, 3_000].map((now) => isDue({ ...life, askedAt: 2_000 }, now))).toEqual([false, true]);
  });

  it('keeps the promise of sixty seconds', () => {
    expect(GONE_MS / 1000 + KV_CACHE_SECONDS).toBeLessThan(60);
    expect(goodFor({ ...life, asOf: 9 })).toBe(9);
  });
});
