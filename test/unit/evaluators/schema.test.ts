import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../../src/kernel/canonical-json.ts';
import { checkSchema } from '../../../src/evaluators/domain/schema/check.ts';
import { TooMuchWork, validate } from '../../../src/evaluators/domain/schema/validate.ts';

const fits = (schema: JsonValue, value: JsonValue): boolean => {
  expect(checkSchema(schema)).toEqual([]);
  return validate(schema, value).length === 0;
};

/** For what cannot be written as an object of JavaScript. */
const parsed = (json: string): JsonValue => JSON.parse(json) as JsonValue;

/** A schema, what fits it, and what does not; the corners that JSON-Schema-Test-Suite looks into for draft 2020-12. */
const CASES: [schema: JsonValue, fitting: JsonValue[], others: JsonValue[]][] = [
  [true, [null, {}], []],
  [false, [], [null, {}]],
  [{}, [null, 1], []],
  [{ type: 'integer' }, [1, 1.0, -0], [1.5, '1', null, true]],
  [{ type: ['array', 'null'] }, [[], null], [{}, 0]],
  [{ type: 'object' }, [{}], [[], null]],
  [{ enum: [[false], { a: [1] }, 1] }, [[false], { a: [1] }, 1], [[0], [], true, '1', { a: [1], b: 2 }]],
  [{ const: { a: 1, b: null } }, [{ b: null, a: 1 }], [{ a: 1 }, {}]],
  [{ const: 0 }, [0, -0], [false, null, '']],
  [{ multipleOf: 0.0001 }, [0.0075, 0, 'text'], [0.00751]],
  [{ multipleOf: 0.01 }, [4.02, 0.07], [4.021]],
  [{ multipleOf: 1 }, [123456789012], [123456789012.5]],
  [{ type: 'integer', multipleOf: 0.5 }, [1e308], []],
  [{ multipleOf: 0.123456789 }, [], [1e308]],
  [{ minimum: 1, maximum: 2 }, [1, 2, '0'], [0.9, 2.1]],
  [{ exclusiveMinimum: 1, exclusiveMaximum: 2 }, [1.5], [1, 2]],
  [{ minLength: 2, maxLength: 2 }, ['ab', '💩💩', 1], ['💩', 'abc']],
  [{ pattern: '^a*$' }, ['aaa', '', 1], ['b']],
  [{ pattern: 'a+' }, ['xxaayy'], ['']],
  [{ prefixItems: [{ type: 'integer' }], items: { type: 'string' } }, [[1, 'a', 'b'], [], [1]], [['a'], [1, 2]]],
  [{ items: false }, [[]], [[1]]],
  [{ minItems: 1, maxItems: 2 }, [[1], [1, 2], ''], [[], [1, 2, 3]]],
  [
    { uniqueItems: true },
    [
      [1, true, '1', [1], { a: 1 }],
      [[1], [2]],
    ],
    [
      [1, 1.0],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
    ],
  ],
  [{ uniqueItems: false }, [[1, 1]], []],
  [{ contains: { minimum: 5 } }, [[1, 5], 'x'], [[], [1, 2]]],
  [{ contains: false }, [], [[], [1]]],
  [{ contains: { const: 1 }, minContains: 0 }, [[], [2]], []],
  [
    { contains: { const: 1 }, minContains: 2, maxContains: 3 },
    [
      [1, 1],
      [1, 1, 1],
    ],
    [[1], [1, 1, 1, 1]],
  ],
  [{ required: ['a', '__proto__'] }, [parsed('{"a":1,"__proto__":2}'), 1], [{ a: 1 }, {}]],
  [
    { properties: { a: { type: 'integer' }, toString: { type: 'integer' } } },
    [{ a: 1 }, {}, { b: 'x' }],
    [{ a: 'x' }, { toString: 'x' }],
  ],
  [
    { properties: { a: {} }, patternProperties: { '^x-': {} }, additionalProperties: false },
    [{ a: 1, 'x-y': 2 }, {}],
    [{ b: 1 }],
  ],
  [{ patternProperties: { 'a.*': { type: 'integer' }, '^b$': false } }, [{ aaa: 1 }], [{ xa: 'x' }, { b: 1 }]],
  [{ additionalProperties: { type: 'boolean' } }, [{ a: true }], [{ a: 1 }]],
  [{ propertyNames: { maxLength: 3 } }, [{ abc: 1 }], [{ abcd: 1 }]],
  [{ minProperties: 1, maxProperties: 1 }, [{ a: 1 }], [{}, { a: 1, b: 2 }]],
  [{ dependentRequired: { a: ['b'] } }, [{ b: 1 }, { a: 1, b: 2 }], [{ a: 1 }]],
  [{ dependentSchemas: { a: { required: ['b'] } } }, [{}, { a: 1, b: 2 }], [{ a: 1 }]],
  [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1], [0, 3]],
  [{ anyOf: [{ type: 'integer' }, { minimum: 2 }] }, [1, 2.5, 3], [1.5]],
  [{ oneOf: [{ type: 'integer' }, { minimum: 2 }] }, [1, 2.5], [3, 1.5]],
  [{ not: { type: 'integer' } }, ['a'], [1]],
  [parsed('{"if":{"exclusiveMaximum":0},"then":{"minimum":-10},"else":{"multipleOf":2}}'), [-1, 4], [-100, 3]],
  [parsed('{"then":false,"else":false}'), [1], []],
  [
    {
      $ref: '#/$defs/node',
      $defs: { node: { type: 'object', properties: { next: { $ref: '#/$defs/node' } }, required: ['v'] } },
    },
    [{ v: 1, next: { v: 2 } }],
    [{ v: 1, next: {} }],
  ],
  [{ properties: { a: { $ref: '#' } }, additionalProperties: false }, [{ a: { a: {} } }], [{ a: { b: 1 } }]],
  [{ $defs: { 'a/b~c %': { type: 'null' } }, $ref: '#/$defs/a~1b~0c%20%25' }, [null], [1]],
  [{ $ref: '#/$defs/a', maxLength: 1, $defs: { a: { type: 'string' } } }, ['a'], ['ab', 1]],
  [
    { format: 'date' },
    ['2024-02-29', '2000-02-29', 1],
    ['2023-02-29', '1900-02-29', '2024-13-01', '2024-04-31', '24-01-01'],
  ],
  [
    { format: 'time' },
    ['08:30:06Z', '23:59:60z', '15:59:60-08:00', '08:30:06.28+05:30'],
    ['08:30:06', '24:00:00Z', '22:59:60Z', '8:30:06Z'],
  ],
  [
    { format: 'date-time' },
    ['1963-06-19T08:30:06.283185Z', '1998-12-31t15:59:60.123-08:00'],
    ['1963-06-19 08:30:06Z', '1998-12-31T23:58:60Z', ''],
  ],
  [
    { format: 'email' },
    ['joe.bloggs@example.com', '~te~st~@example.com'],
    ['2962', '.test@example.com', 'te..st@example.com', 'a@b_c.d', '@'],
  ],
  [
    { format: 'uri' },
    ['http://foo.bar/?baz=qux#quux', 'urn:a:b', 'mailto:a@b.c'],
    ['//foo.bar', 'abc', 'http:// shouldfail.com', 'https://a/%zz', '\\\\WINDOWS'],
  ],
  [{ format: 'uuid' }, ['2eb8aa08-aa98-11ea-b4aa-73b441d16380'], ['2eb8aa08aa9811eab4aa73b441d16380', '']],
  [{ 'x-mine': 7, title: 'A', default: 1, examples: [1] }, [1], []],
];

describe('a schema', () => {
  it.each(CASES)('%j', (schema, fitting, others) => {
    for (const value of fitting) expect([value, fits(schema, value)]).toEqual([value, true]);
    for (const value of others) expect([value, fits(schema, value)]).toEqual([value, false]);
  });

  it('says what does not fit, and where', () => {
    const schema = { type: 'object', required: ['id'], properties: { 'a/b': { items: { type: 'string' } } } };
    expect(validate(schema, { 'a/b': ['x', 1] })).toEqual([
      { path: '', message: 'must have id' },
      { path: '/a~1b/1', message: 'must be of the type string' },
    ]);
    expect(validate({ items: false }, [1, 2, 3, 4, 5, 6, 7, 8])).toHaveLength(5);
  });

  it('is refused where it would not be checked as it is meant', () => {
    const bad: [JsonValue, string][] = [
      [1, '#'],
      [{ type: 'float' }, '#/type'],
      [{ type: [] }, '#/type'],
      [{ enum: 1 }, '#/enum'],
      [{ multipleOf: 0 }, '#/multipleOf'],
      [{ minLength: -1 }, '#/minLength'],
      [{ maxItems: 1.5 }, '#/maxItems'],
      [{ required: ['a', 'a'] }, '#/required'],
      [{ required: 'a' }, '#/required'],
      [{ pattern: '(?=a)' }, '#/pattern'],
      [{ pattern: '(' }, '#/pattern'],
      [{ patternProperties: { '(a)\\1': {} } }, '#/patternProperties/(a)\\1'],
      [{ format: 'ipv4' }, '#/format'],
      [{ format: 'toString' }, '#/format'],
      [{ $ref: 'https://example.com/schema' }, '#/$ref'],
      [{ $ref: '#anchor' }, '#/$ref'],
      [{ $ref: '#/$defs/none' }, '#/$ref'],
      [{ $ref: '#/%' }, '#/$ref'],
      [{ $schema: 'http://json-schema.org/draft-04/schema#' }, '#/$schema'],
      [{ unevaluatedProperties: false }, '#/unevaluatedProperties'],
      [{ $id: 'x' }, '#/$id'],
      [{ dependencies: {} }, '#/dependencies'],
      [{ items: [{}] }, '#/items'],
      [{ allOf: [] }, '#/allOf'],
      [{ properties: [] }, '#/properties'],
      [{ properties: { 'a/b': { not: 7 } } }, '#/properties/a~1b/not'],
      [{ $defs: { a: { anyOf: [{ minimum: '1' }] } } }, '#/$defs/a/anyOf/0/minimum'],
    ];
    for (const [schema, path] of bad) {
      expect([schema, checkSchema(schema).map((finding) => finding.path)]).toEqual([schema, [path]]);
    }
    expect(checkSchema({ allOf: Array.from({ length: 100 }, () => 1) })).toHaveLength(20);
  });

  it('that would go on for ever, or nearly, is given up', () => {
    expect(() => validate({ $ref: '#' }, 1)).toThrow(TooMuchWork);
    const doubling: { [key: string]: JsonValue } = { d40: true };
    for (let i = 0; i < 40; i++)
      doubling[`d${i}`] = { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] };
    const schema = { $ref: '#/$defs/d0', $defs: doubling };
    expect(checkSchema(schema)).toEqual([]);
    expect(() => validate(schema, 1)).toThrow(TooMuchWork);
    expect(() =>
      validate(
        { items: { pattern: '(a?){300}a{300}' } },
        Array.from({ length: 100 }, () => 'a'.repeat(1000)),
      ),
    ).toThrow(TooMuchWork);
    const large = Array.from({ length: 3000 }, (_, i) => 'x'.repeat(10) + i);
    expect(() => validate({ items: { enum: large } }, large)).toThrow(TooMuchWork);
  });
});
