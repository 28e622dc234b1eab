import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lineOf, nextTag } from '../../../src/content/domain/next-tag.ts';
import { SEMVER } from '../../../src/kernel/names.ts';

const part = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 999_999_998 }));
const core = fc.tuple(part, part, part);
const identifiers = fc
  .array(fc.stringMatching(/^[0-9A-Za-z-]{1,5}$/), { minLength: 1, maxLength: 3 })
  .map((all) => all.join('.'));
const preRelease = identifiers.map((text) => `-${text}`);
const build = fc.option(
  identifiers.map((text) => `+${text}`),
  { nil: '' },
);

describe('the next tag', () => {
  it('begins with 1.0.0', () => expect(nextTag(null)).toBe('1.0.0'));

  it('is the next patch, whatever the build', () => {
    fc.assert(
      fc.property(core, build, ([major, minor, patch], suffix) => {
        expect(nextTag(`${major}.${minor}.${patch}${suffix}`)).toBe(`${major}.${minor}.${patch + 1}`);
      }),
    );
  });

  it('is what a pre-release announced', () => {
    fc.assert(
      fc.property(core, preRelease, build, (numbers, pre, suffix) => {
        expect(nextTag(`${numbers.join('.')}${pre}${suffix}`)).toBe(numbers.join('.'));
      }),
    );
  });

  it('is a valid tag of the same line, and the first that is free', () => {
    fc.assert(
      fc.property(
        core,
        fc.option(preRelease, { nil: '' }),
        fc.uniqueArray(fc.integer({ min: 0, max: 12 })),
        (numbers, pre, offsets) => {
          const [major, minor, patch] = numbers;
          const latest = `${numbers.join('.')}${pre}`;
          const taken = new Set([...offsets.map((offset) => `${major}.${minor}.${patch + offset}`), latest]);
          const next = nextTag(latest, taken);
          if (next === null) {
            expect(patch).toBeGreaterThan(999_999_980);
            return;
          }
          expect(next).toMatch(SEMVER);
          expect(taken.has(next)).toBe(false);
          expect(lineOf(next)).toBe(lineOf(latest));
          const from = patch + (pre === '' ? 1 : 0);
          for (let skipped = from; skipped < Number(next.split('.')[2]); skipped++)
            expect(taken).toContain(`${major}.${minor}.${skipped}`);
        },
      ),
    );
  });

  it('ends with the last patch that a tag may have', () => {
    expect(nextTag('1.2.999999998')).toBe('1.2.999999999');
    expect(nextTag('1.2.999999999-rc')).toBe('1.2.999999999');
    expect(nextTag('1.2.999999999')).toBeNull();
  });

  it('never repeats itself', () => {
    const seen = new Set<string>();
    for (let tag: string | null = null, count = 0; count < 50; count++) {
      tag = nextTag(tag, seen);
      expect(seen.has(tag ?? '')).toBe(false);
      seen.add(tag ?? '');
    }
  });
});
