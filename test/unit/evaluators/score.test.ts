import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ComputedRule,
  needsExpected,
  type Observed,
  type Rule,
} from '../../../src/evaluators/domain/evaluator.ts';
import { isFoundIn } from '../../../src/evaluators/domain/find-text.ts';
import { WORK_MAX } from '../../../src/evaluators/domain/limits.ts';
import { score } from '../../../src/evaluators/domain/score.ts';

const PLAIN = { trim: true, ignoreCase: false, ignorePunctuation: false, collapseWhitespace: false };
const of = (output: string, expected: string | null = null, more: Partial<Observed> = {}): Observed => ({
  output,
  expected,
  latencyMs: null,
  costMicros: null,
  ...more,
});
const given = (rule: ComputedRule, observed: Observed): [number | null, boolean | null] => {
  const { score: value, passed } = score(rule, observed);
  return [value, passed];
};
const NONE = [null, null];

describe('the score', () => {
  it('exact: the same text, and what is asked to be passed over is', () => {
    const exact = (more: Partial<typeof PLAIN>): Rule & { type: 'exact' } => ({
      type: 'exact',
      config: { ...PLAIN, ...more },
    });
    expect(given(exact({}), of(' Paris\n', 'Paris'))).toEqual([1, true]);
    expect(given(exact({ trim: false }), of(' Paris\n', 'Paris'))).toEqual([0, false]);
    expect(given(exact({}), of('paris', 'Paris'))).toEqual([0, false]);
    expect(given(exact({}), of('cafe\u0301', 'caf\u00e9'))).toEqual([1, true]);
    expect(given(exact({}), of('Paris'))).toEqual(NONE);
    // huggingface/evaluate, metrics/exact_match: "YELLING" beside "yelling", "the cat" beside "cat?".
    expect(given(exact({ ignoreCase: true }), of('yelling', 'YELLING'))).toEqual([1, true]);
    expect(given(exact({ ignorePunctuation: true }), of('cat?', 'cat'))).toEqual([1, true]);
    expect(given(exact({ ignorePunctuation: true }), of('cat?', 'the cat'))).toEqual([0, false]);
    expect(given(exact({ collapseWhitespace: true }), of('a \n b', 'a b'))).toEqual([1, true]);
  });

  it('contains: the share of the values that are there, one of them, or none', () => {
    const contains = (mode: 'all' | 'any' | 'none', values: string[] | null, threshold = 1): ComputedRule => ({
      type: 'contains',
      config: { mode, values, threshold, ignoreCase: true },
    });
    expect(given(contains('all', ['Refund', 'sorry', 'x']), of('sorry, a REFUND'))).toEqual([2 / 3, false]);
    expect(given(contains('all', ['refund', 'x'], 0.5), of('a refund'))).toEqual([0.5, true]);
    expect(given(contains('any', ['refund', 'x']), of('a refund'))).toEqual([1, true]);
    expect(given(contains('any', ['y', 'x']), of('a refund'))).toEqual([0, false]);
    expect(given(contains('none', ['idiot', 'refund']), of('a refund'))).toEqual([0.5, false]);
    expect(given(contains('none', ['idiot']), of('a refund'))).toEqual([1, true]);
    expect(given(contains('all', null), of('It is Paris.', 'paris'))).toEqual([1, true]);
    expect(given(contains('all', null), of('It is Paris.'))).toEqual(NONE);
    expect(given(contains('all', ['']), of(''))).toEqual([1, true]);
    expect(given(contains('all', ['a', 'b']), of('a'.repeat(WORK_MAX / 2 + 1)))).toEqual(NONE);
    // Sends the engine's own search round for seconds.
    const hostile = Array.from({ length: 20 }, () => `${'a'.repeat(500)}b${'a'.repeat(499)}`);
    expect(given(contains('any', hostile), of('a'.repeat(WORK_MAX / 20)))).toEqual([0, false]);
  });

  it('contains: finds what the engine’s own search finds', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'ab', 'aab'), { maxLength: 12 }).map((list) => list.join(''));
    fc.assert(
      fc.property(text, text, (long, short) => {
        expect([long, short, isFoundIn(long, short)]).toEqual([long, short, long.includes(short)]);
      }),
      { numRuns: 500 },
    );
  });

  it('regex: found, or not to be found; none where it would take too long', () => {
    const regex = (pattern: string, negate = false, flags = ''): ComputedRule => ({
      type: 'regex',
      config: { pattern, flags, negate },
    });
    expect(given(regex('^\\d+$'), of('42'))).toEqual([1, true]);
    expect(given(regex('^\\d+$'), of('x42'))).toEqual([0, false]);
    expect(given(regex('sorry', true, 'i'), of('Sorry!'))).toEqual([0, false]);
    expect(given(regex('sorry', true, 'i'), of('Hello!'))).toEqual([1, true]);
    expect(given(regex('a{999}'), of('a'.repeat(WORK_MAX / 1000)))).toEqual(NONE);
  });

  it('json_schema: JSON that fits, in a fence of Markdown too unless that is too much', () => {
    const schema = { type: 'object', required: ['id'], properties: { id: { type: 'integer' } } };
    const json = (strict: boolean, own: object | boolean = schema): ComputedRule => ({
      type: 'json_schema',
      config: { strict, schema: own as never },
    });
    expect(given(json(false), of('{"id":1}'))).toEqual([1, true]);
    expect(given(json(false), of('```json\n{"id":1}\n```\n'))).toEqual([1, true]);
    expect(given(json(true), of('```json\n{"id":1}\n```'))).toEqual([0, false]);
    expect(given(json(true), of(' {"id":1}\n'))).toEqual([1, true]);
    expect(given(json(false), of('Here: {"id":1}'))).toEqual([0, false]);
    expect(score(json(false), of('{"id":"1"}'))).toEqual({
      score: 0,
      passed: false,
      detail: '/id must be of the type integer.',
    });
    expect(given(json(false, true), of('['.repeat(100) + ']'.repeat(100)))).toEqual([1, true]);
    expect(given(json(false, true), of('['.repeat(102) + ']'.repeat(102)))).toEqual([0, false]);
    expect(given(json(false, { $ref: '#' }), of('1'))).toEqual(NONE);
  });

  it('levenshtein: 1 less the share of the characters that differ', () => {
    const rule: ComputedRule = { type: 'levenshtein', config: { trim: false, ignoreCase: false, threshold: 0.8 } };
    // RapidFuzz: Levenshtein.normalized_similarity("lewenstein", "levenshtein").
    expect(score(rule, of('lewenstein', 'levenshtein')).score).toBeCloseTo(0.8181818181818181, 12);
    expect(score(rule, of('kitten', 'sitting'))).toMatchObject({ score: 1 - 3 / 7, passed: false });
    expect(given(rule, of('', ''))).toEqual([1, true]);
    expect(given(rule, of('', 'second'))).toEqual([0, false]);
    expect(given(rule, of('😀a', '😀b'))).toEqual([0.5, false]);
    expect(given(rule, of('a'.repeat(100_000), 'b'.repeat(10_000)))).toEqual(NONE);
    expect(given(rule, of('a'))).toEqual(NONE);
  });

  it('rouge_l and bleu: by the measure and the threshold', () => {
    const rouge = (measure: 'f1' | 'precision' | 'recall'): ComputedRule => ({
      type: 'rouge_l',
      config: { measure, threshold: 0.9 },
    });
    const observed = of('testing one', 'testing one two');
    expect([rouge('precision'), rouge('recall'), rouge('f1')].map((rule) => given(rule, observed)[0])).toEqual([
      1,
      2 / 3,
      expect.closeTo(0.8, 12),
    ]);
    expect(given(rouge('precision'), observed)[1]).toBe(true);
    expect(given(rouge('f1'), of('a '.repeat(50_000), 'b '.repeat(20_000)))).toEqual(NONE);
    const bleu = (ignoreCase: boolean): ComputedRule => ({ type: 'bleu', config: { ignoreCase, threshold: 0.5 } });
    expect(given(bleu(true), of('THE DOG BIT THE MAN.', 'The dog bit the man.'))[1]).toBe(true);
    expect(given(bleu(false), of('THE DOG BIT THE MAN.', 'The dog bit the man.'))[1]).toBe(false);
    expect(given(bleu(false), of('a'.repeat(WORK_MAX / 100), 'b'))).toEqual(NONE);
  });

  it('latency and cost: 1 within the limit, less and less beyond it', () => {
    const latency: ComputedRule = { type: 'latency', config: { maxMs: 1000 } };
    expect(given(latency, of('', null, { latencyMs: 1000 }))).toEqual([1, true]);
    expect(given(latency, of('', null, { latencyMs: 2000 }))).toEqual([0.5, false]);
    expect(given(latency, of(''))).toEqual(NONE);
    const cost: ComputedRule = { type: 'cost', config: { maxMicros: 0 } };
    expect(given(cost, of('', null, { costMicros: 0 }))).toEqual([1, true]);
    expect(given(cost, of('', null, { costMicros: 1 }))).toEqual([0, false]);
    expect(given(cost, of(''))).toEqual(NONE);
  });

  it('knows which rules need an expected answer', () => {
    const rules: [Rule, boolean][] = [
      [{ type: 'exact', config: PLAIN }, true],
      [{ type: 'contains', config: { values: null, mode: 'all', ignoreCase: false, threshold: 1 } }, true],
      [{ type: 'contains', config: { values: ['a'], mode: 'all', ignoreCase: false, threshold: 1 } }, false],
      [{ type: 'latency', config: { maxMs: 1 } }, false],
      [{ type: 'bleu', config: { ignoreCase: false, threshold: 1 } }, true],
    ];
    for (const [rule, needed] of rules) expect([rule, needsExpected(rule)]).toEqual([rule, needed]);
  });
});
