import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { prepareVariables } from '../../../src/templates/domain/values.ts';
import { checkVariables, inferVariables, parseTemplate } from '../../../src/templates/public.ts';
import type { JsonValue, ParsedTemplate, VariableDeclaration } from '../../../src/templates/public.ts';

function parsed(text: string): ParsedTemplate {
  const result = parseTemplate(text);
  if (!result.ok) throw new Error(JSON.stringify(result.findings));
  return result.template;
}

describe('checkVariables', () => {
  it('finds undeclared variables with their position, and unused ones without', () => {
    const findings = checkVariables(
      [parsed('Hi {{name}}\n{{user.mail}} {{name}}'), parsed('{{x}}')],
      [{ name: 'x' }, { name: 'y' }],
    );
    expect(findings).toMatchObject([
      { code: 'variable_undeclared', name: 'name', template: 0, position: { offset: 3, line: 1, column: 4 } },
      { code: 'variable_undeclared', name: 'user', template: 0, position: { line: 2, column: 1 } },
      { code: 'variable_unused', name: 'y', position: null },
    ]);
  });

  it.each<[string, { name: string; type?: VariableDeclaration['type'] & string }[], string[]]>([
    ['{{#items}}{{title}}{{/items}}', [{ name: 'items' }], []],
    ['{{#items}}{{title}}{{/items}}', [{ name: 'items', type: 'array' }], []],
    ['{{#show}}{{title}}{{/show}}', [{ name: 'show', type: 'boolean' }], ['title']],
    ['{{#user.tags}}{{title}}{{/user.tags}}', [{ name: 'user', type: 'object' }], []],
    ['{{#l}}{{#.}}{{x}}{{/.}}{{/l}}', [{ name: 'l' }], []],
    ['{{^show}}{{title}}{{/show}}', [{ name: 'show' }], ['title']],
    ['{{#l}}{{^a}}{{x}}{{/a}}{{/l}}', [{ name: 'l' }], []],
    ['{{#list}}x{{/list}}', [], ['list']],
    ['{{constructor}}', [], ['constructor']],
  ])('%s with %j leaves undeclared %j', (text, declared, undeclared) => {
    expect(checkVariables([parsed(text)], declared).map(({ name }) => name)).toEqual(undeclared);
  });

  it('does not call a variable unused while an include may use it', () => {
    expect(checkVariables([parsed('{{asset:x}}')], [{ name: 'y' }])).toEqual([]);
  });

  it('is bounded', () => {
    const many = Array.from({ length: 500 }, (_, index) => `{{v${index}}}`).join('');
    expect(checkVariables([parsed(many), parsed(many)], [])).toHaveLength(100);
  });
});

describe('inferVariables', () => {
  it('requires what is used outside of sections and is none itself', () => {
    const templates = [
      parsed('{{a}}{{#b}}{{c}}{{/b}}{{^d}}{{e.f}}{{/d}}{{g}}{{#a}}{{g}}{{/a}}'),
      parsed('{{c}}{{h}}{{#i.j}}{{.}}{{/i.j}}'),
    ];
    expect(inferVariables(templates)).toEqual([
      { name: 'a', required: false },
      { name: 'b', required: false },
      { name: 'c', required: true },
      { name: 'd', required: false },
      { name: 'e', required: false },
      { name: 'g', required: true },
      { name: 'h', required: true },
      { name: 'i', required: false },
    ]);
  });

  it('infers declarations that the check accepts', () => {
    const tag = fc.constantFrom('{{a}}', '{{b.c}}', '{{#a}}{{d}}{{/a}}', '{{^e}}{{f}}{{/e}}', 'text', '{{.}}');
    fc.assert(
      fc.property(fc.array(tag), (tags) => {
        const templates = [parsed(tags.join(''))];
        expect(checkVariables(templates, inferVariables(templates))).toEqual([]);
      }),
    );
  });
});

describe('prepareVariables', () => {
  it('applies defaults, keeps what is given and what nobody declared', () => {
    const declared: VariableDeclaration[] = [
      { name: 'a' },
      { name: 'b', default: [1] },
      { name: 'c', required: false },
      { name: 'd', default: 'x' },
    ];
    expect(prepareVariables(declared, { a: 0, d: '', extra: true })).toEqual({
      ok: true,
      values: { a: 0, b: [1], d: '', extra: true },
    });
  });

  it('lists what is missing and what is mistyped, all at once', () => {
    const declared: VariableDeclaration[] = [
      { name: 'a' },
      { name: 'b', required: true, type: 'string' },
      { name: 'c', type: 'array' },
      { name: 'd', type: 'number', default: 1 },
      { name: 'e', type: 'string', required: false },
      { name: 'toString' },
    ];
    expect(prepareVariables(declared, { b: null, c: {}, d: '1', e: null })).toEqual({
      ok: false,
      missing: ['a', 'b', 'toString'],
      mistyped: [
        { name: 'c', expected: 'array', actual: 'object' },
        { name: 'd', expected: 'number', actual: 'string' },
      ],
    });
  });

  it('keeps null where nothing is required', () => {
    expect(prepareVariables([{ name: 'a', required: false, type: 'string' }], { a: null })).toEqual({
      ok: true,
      values: { a: null },
    });
  });

  it('does not let __proto__ be more than a name', () => {
    const given = JSON.parse('{"__proto__":{"admin":true}}') as Record<string, JsonValue>;
    const result = prepareVariables([{ name: '__proto__' }], given);
    if (!result.ok) throw new Error('refused');
    expect(Object.hasOwn(result.values, '__proto__')).toBe(true);
    expect('admin' in result.values).toBe(false);
  });

  it('refuses values that nest too deep to print', () => {
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as JsonValue;
    expect(prepareVariables([], { deep })).toMatchObject({
      ok: false,
      mistyped: [{ name: 'deep', actual: 'deeper nesting' }],
    });
  });

  const name = fc.constantFrom('a', 'b', 'c', 'd', '__proto__', 'constructor');
  const declarations = fc.uniqueArray(
    fc.record(
      {
        name,
        type: fc.constantFrom('string', 'number', 'boolean', 'array', 'object'),
        required: fc.boolean(),
        default: fc.jsonValue() as fc.Arbitrary<JsonValue>,
      },
      { requiredKeys: ['name'] },
    ),
    { selector: (declaration) => declaration.name },
  ) as fc.Arbitrary<VariableDeclaration[]>;
  const givens = fc.dictionary(name, fc.jsonValue() as fc.Arbitrary<JsonValue>);

  it('keeps every given value, and fills in exactly the defaults that are absent', () => {
    fc.assert(
      fc.property(declarations, givens, (declared, given) => {
        const result = prepareVariables(declared, given);
        if (!result.ok) return;
        const expected = new Map(Object.entries(given));
        for (const { name, default: fallback } of declared) {
          if (fallback !== undefined && !expected.has(name)) expected.set(name, fallback);
        }
        expect(new Map(Object.entries(result.values))).toEqual(expected);
      }),
    );
  });

  it('is idempotent, and refuses exactly required absences and wrong types', () => {
    fc.assert(
      fc.property(declarations, givens, (declared, given) => {
        const has = (key: string) => Object.hasOwn(given, key) && given[key] !== null;
        const typeOf = (value: JsonValue | undefined) => (Array.isArray(value) ? 'array' : typeof value);
        const missing = declared
          .filter((d) => d.required !== false && d.default === undefined && !has(d.name))
          .map((d) => d.name);
        const wrong = declared
          .filter((d) => d.type && has(d.name) && typeOf(given[d.name]) !== d.type)
          .map((d) => d.name);
        const result = prepareVariables(declared, given);
        expect(result.ok).toBe(missing.length + wrong.length === 0);
        if (result.ok) {
          const untyped = declared.map(({ name, default: fallback }) => ({
            name,
            required: false,
            ...(fallback === undefined ? {} : { default: fallback }),
          }));
          expect(prepareVariables(untyped, result.values)).toEqual(result);
        } else {
          expect(result.missing).toEqual(missing);
          expect(result.mistyped.map((m) => m.name)).toEqual(wrong);
        }
      }),
    );
  });
});
