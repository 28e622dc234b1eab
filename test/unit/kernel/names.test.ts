import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newId } from '../../../src/kernel/ids.ts';
import { ENVIRONMENT_NAME, NAME_MAX, nameProblem, SEMVER } from '../../../src/kernel/names.ts';

describe('a name', () => {
  it.each([
    'a',
    'support/greeting',
    'Grüße an alle',
    '挨拶',
    'v1.2 (draft)',
    'a/b/c/d',
    '%2f',
    'a@b',
    '👋',
    'x'.repeat(NAME_MAX),
    'prm_short',
  ])('%s will do', (name) => {
    expect(nameProblem(name)).toBeNull();
  });

  it.each([
    '',
    'x'.repeat(NAME_MAX + 1),
    'a<b',
    'a>b',
    'a|b',
    '{{a}}',
    'a}b',
    '/a',
    'a/',
    'a//b',
    'a/ /b',
    '/',
    '.',
    '..',
    ' a',
    'a ',
    'a\n',
    'a\tb',
    'a\u0000b',
    'a\u007fb',
    'a\u200bb',
    'a\u202eb',
    'a\u2028b',
    'a\ufeffb',
    'a\ud800b',
    newId('prompt', 1),
    newId('asset', 1),
  ])('%j will not, and it says why', (name) => {
    expect(nameProblem(name)).toMatch(/^must /);
  });

  it('is measured in UTF-16 units, and says so', () => {
    expect(nameProblem('👋'.repeat(127))).toBeNull();
    expect(nameProblem('👋'.repeat(128))).toBe('must have 1 to 255 characters, of which most emoji count as two');
  });

  it('that will do survives a URL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (name) => {
        fc.pre(nameProblem(name) === null);
        const url = new URL(`https://a.example/v1/prompts/${encodeURIComponent(name)}`);
        expect(decodeURIComponent(url.pathname.slice('/v1/prompts/'.length))).toBe(name);
      }),
    );
  });
});

describe('a semantic version', () => {
  it.each(['0.0.0', '1.0.0', '10.20.30', '1.0.0-rc.1', '1.0.0-0a', '1.0.0+build.5', '1.0.0-a.b-c+d', '999999999.0.0'])(
    '%s is one',
    (tag) => {
      expect(SEMVER.test(tag)).toBe(true);
    },
  );
  it.each([
    '',
    '1',
    '1.0',
    'v1.0.0',
    '01.0.0',
    '1.0.0-',
    '1.0.0+',
    '1.0.0 ',
    '1.0.0\n',
    '1.0.0-a..b',
    '-1.0.0',
    '1.0.0-ü',
    '9999999999.0.0',
  ])('%j is none', (tag) => {
    expect(SEMVER.test(tag)).toBe(false);
  });
});

describe('an environment’s name', () => {
  it.each(['a', 'production', 'staging-eu', '1', 'a'.repeat(40), 'a--b'])('%s will do', (name) => {
    expect(ENVIRONMENT_NAME.test(name)).toBe(true);
  });
  it.each(['', 'A', '-a', 'a-', 'a_b', 'a b', 'a/b', 'ä', 'a\n', 'a'.repeat(41), 'a.b', 'a:b'])(
    '%j will not',
    (name) => {
      expect(ENVIRONMENT_NAME.test(name)).toBe(false);
    },
  );
});
