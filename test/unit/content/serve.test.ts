import { describe, expect, it } from 'vitest';
import { diffVersions } from '../../../src/content/domain/diff-versions.ts';
import { serveIn } from '../../../src/content/domain/serve.ts';
import { hashOfVersion } from '../../../src/content/domain/version.ts';

const version = {
  tag: '1.0.0',
  locale: 'en',
  content: { text: 'own' },
  variables: [],
  model: null,
  translations: ['fr', 'zh-Hant', 'pt-BR'].map((locale) => ({ locale, content: { text: locale } })),
};

describe('what is served', () => {
  it.each([
    [null, 'en', false],
    ['en', 'en', false],
    ['en-GB', 'en', true],
    ['fr-CA', 'fr', true],
    ['zh-Hant-TW', 'zh-Hant', true],
    ['zh', 'en', true],
    ['pt', 'en', true],
    ['pt-BR', 'pt-BR', false],
    ['ja', 'en', true],
  ] as const)('in %s is %s', (wanted, locale, fallback) => {
    expect(serveIn(version, wanted)).toEqual({ locale, fallback, content: { text: locale === 'en' ? 'own' : locale } });
  });
});

describe('versions', () => {
  it('have a hash that knows no order of translations, and no other fields', () => {
    const hash = hashOfVersion('text', version);
    const marked = version.translations.toReversed().map((translation) => ({ ...translation, updatedAt: 1 }));
    expect(hashOfVersion('text', { ...version, translations: marked })).toBe(hash);
    expect(hashOfVersion('chat', version)).not.toBe(hash);
  });

  it('share one budget among all locales of a diff', () => {
    const lines = (mark: number) =>
      Array.from({ length: 3000 }, (_, index) => (index % 9 === 0 ? `${mark} ${index}` : `line ${index}`));
    const make = (mark: number) => ({
      ...version,
      translations: Array.from({ length: 30 }, (_, index) => ({
        locale: `x-${10 + index}`,
        content: { text: lines(mark).join('\n') },
      })),
    });
    const { hunks } = diffVersions(make(1), make(2), null);
    const kept = (locale: string) =>
      hunks
        .filter(({ path }) => path === `translations.${locale}.text`)
        .flatMap((hunk) => hunk.lines)
        .filter(({ op }) => op === 'equal').length;
    expect(kept('x-10')).toBeGreaterThan(1000);
    // The budget is spent: what lies between their common beginning and end is shown as replaced.
    expect(kept('x-39')).toBeLessThan(10);
  });
});
