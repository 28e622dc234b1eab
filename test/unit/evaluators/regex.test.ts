import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WORK_MAX } from '../../../src/evaluators/domain/limits.ts';
import { compilePattern, patternProblem } from '../../../src/evaluators/domain/regex/match.ts';

/** Patterns made of everything that is understood, small enough that JavaScript's own engine answers them in time. */
const pieces = fc.constantFrom(
  'a',
  'b',
  'K',
  '.',
  '\\d',
  '\\W',
  '\\s',
  '[ab]',
  '[^a]',
  '[^\\]\\-]',
  '[a-cΑ-Ω]',
  '\\p{L}',
  '\\P{Lu}',
  '\\u0061',
  '\\u{1F600}',
  '\\uD83D\\uDE00',
  '\\x62',
  '\\n',
  '\\.',
  '\\cJ',
  'ſ',
  'ß',
  '😀',
);
const assertions = fc.constantFrom('^', '$', '\\b', '\\B', '');
const pattern = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    pieces,
    assertions,
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => a + b),
    fc.tuple(tie('node'), tie('node')).map(([a, b]) => `(${a}|${b})`),
    fc
      .tuple(tie('node'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', '{1,}', '{0}', '*?', '+?', '{1,3}?'))
      .map(([a, times]) => `(?:${a})${times}`),
    tie('node').map((a) => `(?<n>${a})`.replaceAll('(?<n>', '(?:')),
  ),
})).node;
const text = fc.array(
  fc.constantFrom('a', 'b', 'A', 'k', 'K', 'ſ', 's', 'ß', 'Ω', '1', ' ', '\n', '\u2028', '.', '😀', ']'),
  {
    maxLength: 8,
  },
);
const flags = fc.subarray(['i', 'm', 's']).map((list) => list.join(''));

describe('a pattern', () => {
  it('is found where JavaScript finds it', () => {
    fc.assert(
      fc.property(pattern, flags, text, (source, some, characters) => {
        const input = characters.join('');
        const wanted = new RegExp(source, `${some}u`).test(input);
        expect([source, some, input, compilePattern(source, some).isIn(input)]).toEqual([source, some, input, wanted]);
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['^(?<year>\\d{4})-\\d\\d$', '2026-11', true],
    ['^\\d{4}-\\d\\d$', '2026-11\n', false],
    ['colou?r', 'the color', true],
    ['^$', '', true],
    ['', 'anything', true],
    ['[\\]]', ']', true],
    ['\\u{1f600}', '😀', true],
    ['^.$', '😀', true],
    ['(?:)*x', 'x', true],
    ['(a*)*b', 'aac', false],
  ])('%s in %j: %s', (source, input, found) => {
    expect(compilePattern(source, '').isIn(input)).toBe(found);
  });

  it.each([
    ['(?=a)', /look ahead/],
    ['(?!a)', /look ahead/],
    ['(?<=a)b', /look ahead/],
    ['(?<!a)b', /look ahead/],
    ['(?i:a)', /change flags/],
    ['(a)\\1', /refer back/],
    ['(?<x>a)\\k<x>', /refer back/],
    ['a{1000}', null],
    ['a{1001}', /1000 steps/],
    ['((a{100}){100}){100}', /1000 steps/],
    ['(((((a{9}){9}){9}){9}){9}){9}', /1000 steps/],
    ['(?:){1000000000}', null],
    ['(?:\\b){1000000000}', /1000 steps/],
    ['a{1000000000}', /1000 steps/],
    ['(', /regular expression/],
    ['a**', /regular expression/],
    ['[b-a]', /regular expression/],
    ['\\q', /regular expression/],
  ])('%s is judged before it is kept', (source, problem) => {
    if (problem === null) expect(patternProblem(source, '')).toBeNull();
    else expect(patternProblem(source, '')).toMatch(problem);
  });
});

describe('a hostile pattern', () => {
  /** What sends an engine that backtracks round for longer than the universe. */
  const hostile = [
    '^(a+)+$',
    '^(a|a)*$',
    '^(a|aa)+$',
    '^(.*a){20}$',
    '(x+x+)+y',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(?:a?){200}a{200}',
  ];

  it.each(hostile)('%s ends, on a long text', (source) => {
    const compiled = compilePattern(source, '');
    const length = Math.min(50_000, Math.floor(WORK_MAX / compiled.work(1)));
    expect(compiled.isIn(`${'a'.repeat(length)}!`)).not.toBeNull();
  });

  it('costs no more steps than its length times the text’s: beyond the bound it is not begun', () => {
    const compiled = compilePattern('(?:a?){200}a{200}', '');
    expect(compiled.work(10)).toBe(compiled.work(0) * 11);
    const longest = WORK_MAX / compiled.work(0);
    expect(compiled.isIn('a'.repeat(Math.floor(longest) - 1))).toBe(true);
    expect(compiled.isIn('a'.repeat(Math.ceil(longest)))).toBeNull();
  });
});
