import type { JsonValue } from '../../../kernel/canonical-json.ts';
import { patternProblem } from '../regex/match.ts';
import { FORMATS } from './formats.ts';

export type JsonObject = { [key: string]: JsonValue };

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'] as const;

const isCount = (value: JsonValue): boolean => Number.isInteger(value) && (value as number) >= 0;
const isNames = (value: JsonValue): boolean =>
  Array.isArray(value) && value.every((name) => typeof name === 'string') && new Set(value).size === value.length;
const isType = (value: JsonValue): boolean => (TYPES as readonly JsonValue[]).includes(value);

/** What a keyword's value must be, in words; null: it is that. */
type Check = (value: JsonValue) => string | null;

const must =
  (be: string, test: (value: JsonValue) => boolean): Check =>
  (value) =>
    test(value) ? null : `must be ${be}`;

const number = must('a number', (value) => typeof value === 'number');
const count = must('a whole number from 0', isCount);
const text = must('a string', (value) => typeof value === 'string');
const names = must('a list of different strings', isNames);

/** Keywords that hold no schema. */
export const PLAIN: Readonly<Record<string, Check>> = {
  type: must(
    `one of ${TYPES.join(', ')}, or a list of them`,
    (value) => isType(value) || (Array.isArray(value) && value.length > 0 && value.every(isType) && isNames(value)),
  ),
  enum: must('a list', Array.isArray),
  const: () => null,
  multipleOf: must('a number above 0', (value) => typeof value === 'number' && value > 0),
  maximum: number,
  exclusiveMaximum: number,
  minimum: number,
  exclusiveMinimum: number,
  maxLength: count,
  minLength: count,
  maxItems: count,
  minItems: count,
  maxContains: count,
  minContains: count,
  maxProperties: count,
  minProperties: count,
  uniqueItems: must('true or false', (value) => typeof value === 'boolean'),
  required: names,
  pattern: (value) => (typeof value === 'string' ? patternProblem(value, '') : 'must be a string'),
  format: must(
    `one of ${Object.keys(FORMATS).join(', ')}`,
    (value) => typeof value === 'string' && Object.hasOwn(FORMATS, value),
  ),
  dependentRequired: must(
    'an object of lists of different strings',
    (value) => isObject(value) && Object.values(value).every(isNames),
  ),
  $ref: must('a reference within the schema: # or #/…', (value) => typeof value === 'string' && /^#(\/|$)/.test(value)),
  $schema: must(
    'draft 2020-12, 2019-09 or 7',
    (value) =>
      typeof value === 'string' &&
      /^https?:\/\/json-schema\.org\/(draft\/2020-12|draft\/2019-09|draft-07)\/schema#?$/.test(value),
  ),
  $comment: text,
  title: text,
  description: text,
};

/** Keywords that hold a schema, a list of schemas, or schemas by name. */
export const HOLD_ONE = [
  'not',
  'if',
  'then',
  'else',
  'items',
  'contains',
  'additionalProperties',
  'propertyNames',
] as const;
export const HOLD_LIST = ['allOf', 'anyOf', 'oneOf', 'prefixItems'] as const;
export const HOLD_NAMED = ['properties', 'patternProperties', 'dependentSchemas', '$defs', 'definitions'] as const;

/** Keywords that would be passed over, though whoever writes them means them to count. */
export const REFUSED: Readonly<Record<string, string>> = {
  $id: 'is not understood: a schema stands alone',
  $anchor: 'is not understood: refer by #/$defs/…',
  $dynamicRef: 'is not understood: use $ref',
  $dynamicAnchor: 'is not understood: use $ref',
  $recursiveRef: 'is not understood: use $ref',
  $recursiveAnchor: 'is not understood: use $ref',
  $vocabulary: 'is not understood',
  unevaluatedProperties: 'is not understood: use additionalProperties',
  unevaluatedItems: 'is not understood: use items',
  additionalItems: 'is not understood: use prefixItems and items',
  dependencies: 'is not understood: use dependentRequired or dependentSchemas',
};
