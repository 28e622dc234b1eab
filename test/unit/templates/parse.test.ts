import fc from 'fast-check';
import Mustache from 'mustache';
import { describe, expect, it } from 'vitest';

import { parseTemplate } from '../../../src/templates/public.ts';
import type { ParsedTemplate, TemplateFinding } from '../../../src/templates/public.ts';

function parsed(text: string): ParsedTemplate {
  const result = parseTemplate(text);
  if (!result.ok) throw new Error(JSON.stringify(result.findings));
  return result.template;
}

function findings(text: string): TemplateFinding[] {
  const result = parseTemplate(text);
  return result.ok ? [] : result.findings;
}

describe('parseTemplate', () => {
  it('lists includes with their position', () => {
    const { includes } = parsed('Hi\n  {{asset:tone/formal}} {{ prompt:a b@1.2.3-rc.1+x }}{{{asset:x}}}{{&asset:y}}');
    expect(includes).toEqual([
      { type: 'asset', name: 'tone/formal', tag: null, position: { offset: 5, line: 2, column: 3 } },
      { type: 'prompt', name: 'a b', tag: '1.2.3-rc.1+x', position: { offset: 27, line: 2, column: 25 } },
      expect.objectContaining({ name: 'x', tag: null }),
      expect.objectContaining({ name: 'y', tag: null }),
    ]);
  });

  it('finds includes inside sections and inverted sections', () => {
    const { includes } = parsed('{{#a}}{{asset:x}}{{/a}}{{^a}}{{asset:y}}{{/a}}');
    expect(includes.map(({ name }) => name)).toEqual(['x', 'y']);
  });

  it('splits the name from the tag at the last @', () => {
    expect(parsed('{{asset:me@home@1.0.0}}').includes[0]).toMatchObject({ name: 'me@home', tag: '1.0.0' });
  });

  it.each([
    '{{asset:}}',
    '{{asset: x}}',
    '{{asset:a//b}}',
    '{{asset:/a}}',
    '{{prompt:a/}}',
    '{{prompt:a<b}}',
    '{{prompt:a|b}}',
    '{{prompt:a{b}}',
    '{{prompt:a\nb}}',
    '{{prompt:a\u0000b}}',
    '{{prompt:a@latest}}',
    '{{prompt:a@1.2}}',
    '{{prompt:a@01.2.3}}',
    '{{prompt:a@}}',
    '{{prompt:@1.0.0}}',
    `{{prompt:${'a'.repeat(256)}}}`,
  ])('refuses the include %j', (text) => {
    expect(findings(text)).toMatchObject([
      { code: 'include_name_invalid', position: { offset: 0, line: 1, column: 1 } },
    ]);
  });

  it('takes a name of 255 characters', () => {
    expect(parsed(`{{prompt:${'a'.repeat(255)}}}`).includes).toHaveLength(1);
  });

  it.each([
    ['{{> x}}', '{{asset:x}}'],
    ['{{>asset:x}}', '{{asset:x}}'],
    ['{{=<% %>=}}', 'Use {{ and }}'],
    ['{{#asset:x}}y{{/asset:x}}', 'An include cannot be a section'],
    ['{{^prompt:x}}y{{/prompt:x}}', 'An include cannot be a section'],
  ])('refuses %j and says what to use instead', (text, hint) => {
    const all = findings(`line\n ${text}`);
    expect(all).toMatchObject([{ code: 'unsupported_tag', position: { offset: 6, line: 2, column: 2 } }]);
    expect(all[0]?.message).toContain(hint);
  });

  it.each([
    ['a\n{{name', 2, 1, 'never closes with }}'],
    ['a {{{name}} b', 1, 3, 'never closes with }}}'],
    ['{{a}} {{/b}}', 1, 7, '{{#b}}'],
    ['x\r\n{{#a}}y', 2, 1, 'never closed'],
    ['{{#a}}\n{{/b}}{{/a}}', 2, 1, 'write {{/a}} first'],
    ['{{#if x}}y{{/if}}', 1, 11, 'Mustache has no blocks'],
    ['{{}}', 1, 1, 'empty'],
    ['{{#}}{{/}}', 1, 1, 'empty'],
    ['{{a..b}}', 1, 1, 'empty part'],
    ['{{a {{b}}', 1, 1, 'left open'],
    ['{{a\nb}}', 1, 1, 'line break'],
    [`{{a${' '.repeat(200)}b}}`, 1, 1, '100 spaces'],
  ])('finds the mistake in %j', (text, line, column, words) => {
    const all = findings(text);
    expect(all).toMatchObject([{ code: 'template_syntax', position: { line, column } }]);
    expect(all[0]?.message).toContain(words);
  });

  it('reports everything at once, and a slip once', () => {
    const all = findings('{{>a}}\n{{#s}}{{#t}}{{/s}}\n{{asset:}}\n{{/z}}');
    expect(all.map(({ code, position }) => [code, position?.line])).toEqual([
      ['unsupported_tag', 1],
      ['template_syntax', 2],
      ['include_name_invalid', 3],
      ['template_syntax', 4],
    ]);
  });

  it('lists variables once, by the first part of their names', () => {
    const { variables } = parsed('{{#user}}{{name}} {{.}}{{/user}}{{user.mail}}{{^x.y}}{{z}}{{/x.y}}{{! c }}');
    expect(variables.map(({ name, section }) => [name, section])).toEqual([
      ['user', false],
      ['name', true],
      ['x', true],
      ['z', true],
    ]);
    expect(variables[0]?.position).toEqual({ offset: 0, line: 1, column: 1 });
  });

  it('nests a hundred sections and no more', () => {
    const nested = (depth: number) => '{{#a}}'.repeat(depth) + '{{/a}}'.repeat(depth);
    expect(findings(nested(100))).toEqual([]);
    expect(findings(nested(101))).toMatchObject([{ code: 'template_syntax', position: { offset: 600 } }]);
  });

  it('keeps nothing of the templates it has seen', () => {
    expect(parsed('{{a}}')).not.toBe(parsed('{{a}}'));
    expect(parsed('{{a}}').tokens).not.toBe(parsed('{{a}}').tokens);
  });

  it.each([
    ['sections', '{{#a}}'],
    ['balanced sections', '{{#a}}{{/a}}'],
    ['braces', '{'],
    ['triple braces', '{{{a}}} '],
    ['unclosed triple braces', '{{{a'],
    ['line breaks', '\n'],
    ['variables', '{{a}}\n'],
    ['bad includes', '{{asset:}}'],
    ['spaces in an open tag', ' '],
    ['spaces in tags', `{{a${' '.repeat(90)}b}}`],
    ['standalone lines', '  {{#a}}  \n{{/a}}\n'],
    ['closing tags', '{{/a}}'],
    ['comments', '{{! x }}'],
  ])('gets to the end of 256 KiB of %s', (name, unit) => {
    const head = name === 'spaces in an open tag' ? '{{{a' : '';
    const text = head + unit.repeat(Math.floor((256 * 1024) / unit.length)) + (head && 'b}}');
    expect(findings(text).length).toBeLessThanOrEqual(100);
  });

  it('agrees with mustache.js on what is well formed, and never throws', () => {
    const fragment = fc.constantFrom(
      '{{#a}}',
      '{{/a}}',
      '{{^b}}',
      '{{/b}}',
      '{{a}}',
      '{{{a}}}',
      '{{&a}}',
      '{{!c}}',
      '{',
      '}',
      '{{',
      '}}',
      ' ',
      '\n',
      'x',
    );
    const writer = new Mustache.Writer();
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 12 }), (fragments) => {
        const text = fragments.join('');
        const problems = findings(text);
        const mustacheAgrees = () => writer.parse(text) as unknown;
        if (problems.length === 0) expect(mustacheAgrees).not.toThrow();
        // Empty tags and names with braces in them are our own refusals.
        else if (!problems.every(({ message }) => /empty|variable's name|empty part/.test(message))) {
          expect(mustacheAgrees).toThrow(/^Unclosed|^Unopened/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
