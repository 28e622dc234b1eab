import { describe, expect, it } from 'vitest';
import { consequenceOf } from '../../../src/evaluations/domain/consequence.ts';
import {
  EVALUATION_STATUSES,
  isOver,
  placeOf,
  SILENCE_MS,
  widthFor,
} from '../../../src/evaluations/domain/evaluation.ts';
import { ERROR_CODES, type ErrorCode } from '../../../src/kernel/errors.ts';

describe('results', () => {
  it('are numbered item by item, pass by pass within', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map((seq) => placeOf(seq, 3))).toEqual([
      { pass: 0, item: 0 },
      { pass: 1, item: 0 },
      { pass: 2, item: 0 },
      { pass: 0, item: 1 },
      { pass: 1, item: 1 },
      { pass: 2, item: 1 },
      { pass: 0, item: 2 },
    ]);
  });

  it('are in hand by a quarter of what may run at once', () => {
    expect([1, 3, 4, 40, 200, 10_000].map(widthFor)).toEqual([1, 1, 1, 10, 50, 50]);
  });
});

it('is over when it is completed or cancelled', () => {
  expect(EVALUATION_STATUSES.filter(isOver)).toEqual(['completed', 'cancelled']);
});

describe('what an error means', () => {
  const kinds = (width = 20) =>
    Object.fromEntries(
      ERROR_CODES.map((code) => [code, consequenceOf({ code, retryAfter: undefined }, width, 0.5).kind]),
    );

  it('is one thing for each code', () => {
    const of = (kind: string) => ERROR_CODES.filter((code) => kinds()[code] === kind);
    expect(of('later')).toEqual(['rate_limited', 'still_running']);
    expect(of('pause')).toEqual(['budget_exhausted', 'forbidden', 'not_found', 'state_conflict']);
    expect(of('fail')).toEqual(['validation_failed', 'payload_too_large', 'incompatible', 'missing_variables']);
    expect(of('throw')).toContain('unavailable');
    expect(of('throw')).toContain('internal_error');
  });

  const seconds = (code: ErrorCode, retryAfter: number | undefined, width: number, chance: number): number => {
    const consequence = consequenceOf({ code, retryAfter }, width, chance);
    return consequence.kind === 'later' ? consequence.seconds : NaN;
  };

  it('those who were told to wait together do not come back together', () => {
    expect(seconds('rate_limited', 2, 20, 0)).toBe(2);
    expect(seconds('rate_limited', 2, 20, 0.5)).toBe(12);
    expect(seconds('rate_limited', 2, 20, 0.999)).toBe(22);
    expect(seconds('rate_limited', undefined, 1, 0)).toBe(1);
    expect(seconds('still_running', 20, 50, 1)).toBe(20);
  });

  it('nobody waits so long that the evaluation seems dead', () => {
    for (const code of ['rate_limited', 'still_running'] as const) {
      expect(seconds(code, 86_400, 50, 1) * 1000).toBeLessThan(SILENCE_MS);
    }
  });
});
