import { canonicalJson, type JsonValue } from '../../../kernel/canonical-json.ts';
import { WORK_MAX } from '../limits.ts';
import { compilePattern, type Pattern } from '../regex/match.ts';
import { FORMATS } from './formats.ts';
import { isObject, type JsonObject } from './keywords.ts';
import { charactersOf } from '../text.ts';
import { pointed } from './pointer.ts';

/** What does not fit: where in the value (a JSON pointer), and why. */
export interface Misfit {
  path: string;
  message: string;
}

/** Thrown when a schema asks for more work than one answer is worth, or refers to itself without end. */
export class TooMuchWork extends Error {}

/** How deep values may nest; schemas nest less, but may refer to themselves as deep as the value goes. */
export const DEPTH_MAX = 100;
const CALLS_MAX = 1500;
/** What it costs to look at one value by one schema, in steps of the kind that `WORK_MAX` counts. */
const VISIT = 100;
const MISFITS_MAX = 5;

/**
 * Why a value does not fit a schema that `checkSchema` has nothing against; nothing: it fits.
 * @throws TooMuchWork
 */
export function validate(schema: JsonValue, value: JsonValue): Misfit[] {
  return new Validator(schema).check(schema, value, '').slice(0, MISFITS_MAX);
}

class Validator {
  readonly #root: JsonValue;
  readonly #patterns = new Map<string, Pattern>();
  #left = WORK_MAX;
  #calls = 0;

  constructor(root: JsonValue) {
    this.#root = root;
  }

  check(schema: JsonValue, value: JsonValue, path: string): Misfit[] {
    this.#spend(VISIT);
    if (schema === true || !isObject(schema)) return schema === false ? [{ path, message: 'must not be there' }] : [];
    if (++this.#calls > CALLS_MAX) throw new TooMuchWork('the schema refers to itself too deep');
    const misfits = [
      ...this.#general(schema, value, path),
      ...this.#combined(schema, value, path),
      ...(typeof value === 'number' ? this.#number(schema, value, path) : []),
      ...(typeof value === 'string' ? this.#text(schema, value, path) : []),
      ...(Array.isArray(value) ? this.#list(schema, value, path) : []),
      ...(isObject(value) ? this.#object(schema, value, path) : []),
    ];
    this.#calls--;
    return misfits.slice(0, MISFITS_MAX);
  }

  #fits(schema: JsonValue, value: JsonValue, path: string): boolean {
    return this.check(schema, value, path).length === 0;
  }

  #spend(work: number): void {
    this.#left -= work;
    if (this.#left < 0) throw new TooMuchWork(`the schema takes more than ${WORK_MAX} steps`);
  }

  #json(value: JsonValue): string {
    const json = canonicalJson(value);
    this.#spend(json.length);
    return json;
  }

  #general(schema: JsonObject, value: JsonValue, path: string): Misfit[] {
    const { type, enum: values, const: only } = schema;
    const misfits: Misfit[] = [];
    const types = typeof type === 'string' ? [type] : listOf(type).filter((each) => typeof each === 'string');
    if (type !== undefined && !types.some((each) => hasType(value, each))) {
      misfits.push({ path, message: `must be of the type ${types.join(' or ')}` });
    }
    if (Array.isArray(values)) {
      const json = this.#json(value);
      if (!values.some((each) => this.#json(each) === json)) misfits.push({ path, message: 'must be one of the enum' });
    }
    if (only !== undefined && this.#json(only) !== this.#json(value))
      misfits.push({ path, message: 'must be the const' });
    return misfits;
  }

  #combined(schema: JsonObject, value: JsonValue, path: string): Misfit[] {
    const { $ref, allOf, anyOf, oneOf, not, if: condition, then, else: otherwise } = schema;
    const misfits: Misfit[] = [];
    if (typeof $ref === 'string') misfits.push(...this.check(pointed(this.#root, $ref) ?? true, value, path));
    for (const each of listOf(allOf)) misfits.push(...this.check(each, value, path));
    if (Array.isArray(anyOf) && !anyOf.some((each) => this.#fits(each, value, path))) {
      misfits.push({ path, message: `must fit one of the ${anyOf.length} schemas of anyOf` });
    }
    if (Array.isArray(oneOf)) {
      const fitting = oneOf.filter((each) => this.#fits(each, value, path)).length;
      if (fitting !== 1) misfits.push({ path, message: `must fit exactly one schema of oneOf, but fits ${fitting}` });
    }
    if (not !== undefined && this.#fits(not, value, path))
      misfits.push({ path, message: 'must not fit the schema of not' });
    if (condition !== undefined) {
      const chosen = this.#fits(condition, value, path) ? then : otherwise;
      if (chosen !== undefined) misfits.push(...this.check(chosen, value, path));
    }
    return misfits;
  }

  #number(schema: JsonObject, value: number, path: string): Misfit[] {
    const bound = (keyword: string, words: string, holds: (limit: number) => boolean): Misfit[] => {
      const limit = schema[keyword];
      return typeof limit !== 'number' || holds(limit) ? [] : [{ path, message: `must be ${words} ${limit}` }];
    };
    return [
      ...bound('minimum', 'at least', (limit) => value >= limit),
      ...bound('maximum', 'at most', (limit) => value <= limit),
      ...bound('exclusiveMinimum', 'above', (limit) => value > limit),
      ...bound('exclusiveMaximum', 'below', (limit) => value < limit),
      ...bound('multipleOf', 'a multiple of', (step) => isMultiple(value, step)),
    ];
  }

  #text(schema: JsonObject, value: string, path: string): Misfit[] {
    const { minLength, maxLength, pattern, format } = schema;
    const misfits: Misfit[] = [];
    this.#spend(value.length);
    const { length } = charactersOf(value);
    if (typeof minLength === 'number' && length < minLength) {
      misfits.push({ path, message: `must have ${minLength} characters at least` });
    }
    if (typeof maxLength === 'number' && length > maxLength) {
      misfits.push({ path, message: `must have ${maxLength} characters at most` });
    }
    if (typeof pattern === 'string' && !this.#isIn(pattern, value)) {
      misfits.push({ path, message: `must match the pattern ${pattern}` });
    }
    if (typeof format === 'string' && FORMATS[format]?.(value) === false) {
      misfits.push({ path, message: `must be of the format ${format}` });
    }
    return misfits;
  }

  #isIn(source: string, text: string): boolean {
    const pattern = this.#patterns.get(source) ?? compilePattern(source, '');
    this.#patterns.set(source, pattern);
    this.#spend(pattern.work(text.length));
    return pattern.isIn(text) === true;
  }

  #list(schema: JsonObject, value: JsonValue[], path: string): Misfit[] {
    const { prefixItems, items, contains, minItems, maxItems, uniqueItems } = schema;
    const misfits: Misfit[] = [];
    const first = listOf(prefixItems);
    value.forEach((each, i) => {
      const own = first[i] ?? items;
      if (own !== undefined && misfits.length < MISFITS_MAX) misfits.push(...this.check(own, each, `${path}/${i}`));
    });
    if (typeof minItems === 'number' && value.length < minItems) {
      misfits.push({ path, message: `must have ${minItems} items at least` });
    }
    if (typeof maxItems === 'number' && value.length > maxItems) {
      misfits.push({ path, message: `must have ${maxItems} items at most` });
    }
    if (uniqueItems === true && new Set(value.map((each) => this.#json(each))).size < value.length) {
      misfits.push({ path, message: 'must not have the same item twice' });
    }
    if (contains !== undefined) misfits.push(...this.#contains(schema, contains, value, path));
    return misfits;
  }

  #contains(schema: JsonObject, contains: JsonValue, value: JsonValue[], path: string): Misfit[] {
    const { minContains, maxContains } = schema;
    const least = typeof minContains === 'number' ? minContains : 1;
    const most = typeof maxContains === 'number' ? maxContains : Infinity;
    const found = value.filter((each) => this.#fits(contains, each, path)).length;
    if (found >= least && found <= most) return [];
    const wanted = most === Infinity ? `${least} or more` : `${least} to ${most}`;
    return [{ path, message: `must contain ${wanted} fitting items, but has ${found}` }];
  }

  #object(schema: JsonObject, value: JsonObject, path: string): Misfit[] {
    const { required, minProperties, maxProperties, propertyNames, dependentRequired, dependentSchemas } = schema;
    const names = Object.keys(value);
    const misfits: Misfit[] = [];
    const lacks = (name: JsonValue, why: string): void => {
      if (typeof name === 'string' && !Object.hasOwn(value, name))
        misfits.push({ path, message: `must have ${name}${why}` });
    };
    this.#spend(names.length + listOf(required).length);
    for (const name of listOf(required)) lacks(name, '');
    for (const [name, others] of namedIn(dependentRequired)) {
      if (Object.hasOwn(value, name)) for (const other of listOf(others)) lacks(other, `, as it has ${name}`);
    }
    if (typeof minProperties === 'number' && names.length < minProperties) {
      misfits.push({ path, message: `must have ${minProperties} properties at least` });
    }
    if (typeof maxProperties === 'number' && names.length > maxProperties) {
      misfits.push({ path, message: `must have ${maxProperties} properties at most` });
    }
    if (propertyNames !== undefined) {
      for (const name of names) misfits.push(...this.check(propertyNames, name, pathTo(path, name)));
    }
    for (const [name, dependent] of namedIn(dependentSchemas)) {
      if (Object.hasOwn(value, name)) misfits.push(...this.check(dependent, value, path));
    }
    for (const name of names) {
      if (misfits.length >= MISFITS_MAX) break;
      misfits.push(...this.#property(schema, name, value[name] ?? null, path));
    }
    return misfits;
  }

  #property(schema: JsonObject, name: string, value: JsonValue, path: string): Misfit[] {
    const { properties, patternProperties, additionalProperties } = schema;
    const own = isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;
    const matching = namedIn(patternProperties).filter(([pattern]) => this.#isIn(pattern, name));
    const schemas = [...(own === undefined ? [] : [own]), ...matching.map(([, each]) => each)];
    if (schemas.length === 0 && additionalProperties !== undefined) schemas.push(additionalProperties);
    return schemas.flatMap((each) => this.check(each, value, pathTo(path, name)));
  }
}

const listOf = (value: JsonValue | undefined): JsonValue[] => (Array.isArray(value) ? value : []);
const namedIn = (value: JsonValue | undefined): [string, JsonValue][] => (isObject(value) ? Object.entries(value) : []);
const pathTo = (path: string, name: string): string => `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

function hasType(value: JsonValue, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (value === null) return type === 'null';
  return type === (Array.isArray(value) ? 'array' : typeof value);
}

/** In decimal, as people mean it: 0.0075 is a multiple of 0.0001, though its float is beside one by a rounding. */
function isMultiple(value: number, step: number): boolean {
  if (value % step === 0) return true;
  const quotient = value / step;
  return (
    Number.isFinite(quotient) &&
    Math.abs(quotient - Math.round(quotient)) <= 4 * Number.EPSILON * Math.max(1, Math.abs(quotient))
  );
}
