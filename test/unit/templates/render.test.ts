import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { RenderLimitError, renderTemplate } from '../../../src/templates/domain/render.ts';
import { parseTemplate } from '../../../src/templates/public.ts';
import type { JsonValue } from '../../../src/templates/public.ts';

function render(text: string, values: Record<string, JsonValue> = {}): string {
  const result = parseTemplate(text);
  if (!result.ok) throw new Error(JSON.stringify(result.findings));
  return renderTemplate(result.template, values);
}

type Case = [template: string, values: Record<string, JsonValue>, expected: string];

describe('renderTemplate, by the Mustache specification', () => {
  it.each<Case>([
    // Interpolation, without escaping.
    ['Hello from {Mustache}!\n', {}, 'Hello from {Mustache}!\n'],
    ['{{a}} {{{a}}} {{&a}}', { a: '& " < >' }, '& " < > & " < > & " < >'],
    ['{{n}} {{{f}}} {{&z}} {{t}} {{no}}', { n: 85, f: 1.21, z: 0, t: true, no: false }, '85 1.21 0 true false'],
    ['[{{a}}{{b}}]', { a: null }, '[]'],
    ['[{{ a }}|{{{ a }}}|{{& a }}]', { a: 'x' }, '[x|x|x]'],
    ['  {{a}}\n', { a: 'x' }, '  x\n'],
    ['{{o}} {{l}}', { o: { a: [1] }, l: ['x', { b: null }] }, '{"a":[1]} ["x",{"b":null}]'],
    // Dotted names.
    ['{{a.b.c}}', { a: { b: { c: 'x' } } }, 'x'],
    ['[{{a.b.c}}]', { a: {} }, '[]'],
    ['[{{a.b.name}}]', { a: { b: {} }, c: { name: 'no' } }, '[]'],
    ['{{#a}}{{b.c.d}}{{/a}}', { a: { b: { c: { d: 'x' } } }, b: { c: { d: 'no' } } }, 'x'],
    ['[{{#a}}{{b.c}}{{/a}}]', { a: { b: {} }, b: { c: 'no' } }, '[]'],
    ['{{#a}}{{b.c}}{{/a}}', { a: { x: 1 }, b: { c: 'outer' } }, 'outer'],
    ['{{l.0}}{{l.1.x}}{{l.length}}', { l: ['a', { x: 'b' }] }, 'ab2'],
    // Implicit iterators.
    ['{{#l}}({{.}}){{/l}}', { l: ['a', 1, 2.5, null, true] }, '(a)(1)(2.5)()(true)'],
    ['{{#l}}({{#.}}{{.}}{{/.}}){{/l}}', { l: [[1, 2], ['a']] }, '(12)(a)'],
    ['{{#l}}{{#.}}{{length}}{{/.}}{{/l}}', { l: [['a']], length: 'mine' }, 'mine'],
    ['{{#s}}{{.}}{{/s}}', { s: 'text' }, 'text'],
    // Sections.
    ['{{#a}}yes{{/a}}', { a: true }, 'yes'],
    [
      '[{{#a}}no{{/a}}{{#b}}no{{/b}}{{#c}}no{{/c}}{{#d}}no{{/d}}{{#e}}no{{/e}}]',
      { a: false, b: null, c: '', d: 0 },
      '[]',
    ],
    ['[{{#l}}no{{/l}}]', { l: [] }, '[]'],
    ['{{#o}}x{{/o}}', { o: {} }, 'x'],
    ['{{#o}}{{name}}{{/o}}', { o: { name: 'Joe' } }, 'Joe'],
    ['{{#l}}{{x}}{{/l}}', { l: [{ x: 1 }, { x: 2 }, {}], x: 'o' }, '12o'],
    ['{{#a}}{{one}}{{#b}}{{one}}{{two}}{{/b}}{{/a}}', { a: { one: 1 }, b: { two: 2 } }, '112'],
    ['{{#a.b}}x{{/a.b}}', { a: { b: true } }, 'x'],
    ['| {{# a }}x{{/ a }} |', { a: true }, '| x |'],
    // Inverted sections.
    ['{{^a}}none{{/a}}{{^l}}empty{{/l}}{{^f}}false{{/f}}', { l: [], f: false }, 'noneemptyfalse'],
    ['[{{^a}}no{{/a}}{{^o}}no{{/o}}]', { a: [1], o: {} }, '[]'],
    ['{{^a}}{{b}}{{/a}}', { b: 'x' }, 'x'],
    // Standalone lines.
    ['a\n{{#x}}\nb\n{{/x}}\nc\n', { x: true }, 'a\nb\nc\n'],
    ['a\n  {{#x}}  \nb\n  {{/x}}\nc', { x: true }, 'a\nb\nc'],
    ['a\r\n{{#x}}\r\nb\r\n{{/x}}\r\nc', { x: true }, 'a\r\nb\r\nc'],
    ['  {{#x}}\n#{{/x}}\n/', { x: true }, '#\n/'],
    ['#{{#x}}\n/\n  {{/x}}', { x: true }, '#\n/\n'],
    [' {{#x}}yes{{/x}} \n', { x: true }, ' yes \n'],
    ['a\n{{^x}}\nb\n{{/x}}\n', {}, 'a\nb\n'],
    // Comments.
    ['12{{! comment }}34', {}, '1234'],
    ['a\n  {{! alone }}\nb', {}, 'a\nb'],
    ['a\n{{!\n  lines\n}}\nb', {}, 'a\nb'],
    ['  12 {{! 34 }}\n', {}, '  12 \n'],
  ])('%j with %j', (template, values, expected) => {
    expect(render(template, values)).toBe(expected);
  });
});

describe('renderTemplate', () => {
  it.each([
    '{{constructor}}',
    '{{toString}}',
    '{{__proto__}}',
    '{{a.__proto__}}',
    '{{a.constructor.name}}',
    '{{a.b.length}}',
    '{{#a}}{{hasOwnProperty}}{{/a}}',
    '{{#constructor}}x{{/constructor}}',
    '{{l.map}}',
  ])('reads own properties only: %s is empty', (template) => {
    expect(render(template, { a: { b: 'text' }, l: [] })).toBe('');
  });

  it('takes a variable called __proto__ for what it is', () => {
    expect(render('{{__proto__}}', JSON.parse('{"__proto__":"x"}') as Record<string, JsonValue>)).toBe('x');
  });

  it('never calls a function', () => {
    const call = () => {
      throw new Error('called');
    };
    const values = { f: call, o: { f: call } } as unknown as Record<string, JsonValue>;
    expect(render('[{{f}}{{#f}}x{{/f}}{{o.f}}{{^f}}none{{/f}}]', values)).toBe('[none]');
  });

  it('prints values verbatim, whatever they hold', () => {
    const hostile = '{{b}} {{{b}}} {{#b}}x{{/b}} {{asset:x}} $& $1 \\n <b>';
    expect(render('{{a}}', { a: hostile, b: 'no' })).toBe(hostile);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', 'b', '#', '/', '$', '&', '<') }), (value) => {
        expect(render('<{{a}}|{{{a}}}>', { a: value, b: 'no' })).toBe(`<${value}|${value}>`);
      }),
    );
  });

  it('leaves a text without tags as it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }).filter((text) => !text.includes('{{')),
        (text) => {
          expect(render(text)).toBe(text);
        },
      ),
    );
  });

  it('throws when an include is left, even where it would not be reached', () => {
    expect(() => render('a {{#no}}{{asset:x/y}}{{/no}}')).toThrow(/asset:x\/y.*offset 9.*not resolved/);
  });

  it('stops nested sections over lists before they multiply', () => {
    const nested = '{{#l}}'.repeat(40) + '{{/l}}'.repeat(40);
    expect(() => render(nested, { l: [1, 2] })).toThrow(RenderLimitError);
    expect(() => render('{{#l}}{{big}}{{/l}}', { l: Array(1000).fill(1), big: 'x'.repeat(100_000) })).toThrow(
      RenderLimitError,
    );
  });

  it('gets to the end of a template of 256 KiB', () => {
    expect(render('{{#a}}{{b}}{{/a}}\n'.repeat(14_000), { a: true, b: 'x' })).toBe('x\n'.repeat(14_000));
  });
});
