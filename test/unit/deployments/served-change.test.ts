import { describe, expect, it } from 'vitest';
import { newCompareBudget, servedChange } from '../../../src/deployments/domain/served-change.ts';
import { withDefaults } from '../../../src/deployments/domain/with-defaults.ts';

const served = (text: string, rules: string) => ({
  locale: 'en',
  locales: { en: { text } },
  variables: [{ name: 'rules', type: 'string' as const, required: false, default: rules }],
});

describe('a short text that names a long default often', () => {
  const text = '{{rules}}'.repeat(25_000);
  const long = 'a '.repeat(32_000);

  it('is not put together', () => {
    const units = { left: 100_000 };
    expect(withDefaults(text, new Map([['rules', long]]), { sections: 'all', units })).toBe(text);
    expect(units.left).toBeLessThan(0);
    expect(units.left).toBeGreaterThan(-text.length - long.length);
  });

  it('counts as changed, and leaves others to be compared', () => {
    const budget = newCompareBudget();
    const { left } = budget.units;
    expect(servedChange(served(text, long), served(text, `${long}b`), budget)).toMatchObject({
      other: { locale: 'en', percent: null },
    });
    expect(budget.units.left).toBeGreaterThan(left / 2);
    expect(servedChange(served('{{rules}}', 'one two'), served('{{rules}}', 'one three'), budget)).toMatchObject({
      system: null,
      other: { percent: 50 },
    });
  });

  it('counts as changed where it can be put together, and its words are too many to be counted', () => {
    const some = '{{rules}}'.repeat(30);
    expect(servedChange(served(some, long), served(some, `${long}b`), newCompareBudget())).toMatchObject({
      other: { percent: null },
    });
    expect(servedChange(served(some, long), served(some, long), newCompareBudget())).toEqual({
      system: null,
      other: null,
    });
  });
});
