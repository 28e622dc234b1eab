import type { JsonValue } from '../../../kernel/canonical-json.ts';
import { patternProblem } from '../regex/match.ts';
import { HOLD_LIST, HOLD_NAMED, HOLD_ONE, isObject, type JsonObject, PLAIN, REFUSED } from './keywords.ts';
import { pointed } from './pointer.ts';

export interface SchemaFinding {
  /** A JSON pointer into the schema. */
  path: string;
  message: string;
}

const FINDINGS_MAX = 20;

/**
 * What is wrong with a schema: of JSON Schema draft 2020-12, without what looks outside of the schema or at what other
 * keywords have looked at. Keywords that it does not know are annotations, as the specification says.
 */
export function checkSchema(schema: JsonValue): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  const report = (path: string, message: string): void => {
    if (findings.length < FINDINGS_MAX) findings.push({ path, message });
  };
  const open: [string, JsonValue][] = [['#', schema]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, part] = next;
    if (typeof part === 'boolean') continue;
    if (!isObject(part)) report(path, 'must be a schema: an object, true or false');
    else {
      checkKeywords(schema, path, part, report);
      open.push(...partsOf(path, part, report));
    }
  }
  return findings;
}

const at = (path: string, name: string | number): string =>
  `${path}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;

function checkKeywords(
  root: JsonValue,
  path: string,
  part: JsonObject,
  report: (path: string, message: string) => void,
): void {
  for (const [keyword, value] of Object.entries(part)) {
    const problem = Object.hasOwn(REFUSED, keyword)
      ? REFUSED[keyword]
      : Object.hasOwn(PLAIN, keyword)
        ? PLAIN[keyword]?.(value)
        : null;
    if (problem !== null && problem !== undefined) report(at(path, keyword), problem);
    else if (keyword === '$ref' && typeof value === 'string' && pointed(root, value) === undefined) {
      report(at(path, keyword), 'points at nothing');
    }
  }
}

/** The schemas inside a schema, with where they stand. */
function partsOf(
  path: string,
  part: JsonObject,
  report: (path: string, message: string) => void,
): [string, JsonValue][] {
  const parts: [string, JsonValue][] = [];
  for (const keyword of HOLD_ONE) {
    const value = part[keyword];
    if (value !== undefined) parts.push([at(path, keyword), value]);
  }
  for (const keyword of HOLD_LIST) {
    const value = part[keyword];
    if (value === undefined) continue;
    if (!Array.isArray(value) || value.length === 0) report(at(path, keyword), 'must be a list of schemas');
    else parts.push(...value.map((each, i): [string, JsonValue] => [at(at(path, keyword), i), each]));
  }
  for (const keyword of HOLD_NAMED) {
    const value = part[keyword];
    if (value === undefined) continue;
    if (!isObject(value)) report(at(path, keyword), 'must be an object of schemas');
    else
      parts.push(
        ...Object.entries(value).map(([name, each]): [string, JsonValue] => [at(at(path, keyword), name), each]),
      );
  }
  const patterns = part['patternProperties'];
  for (const pattern of isObject(patterns) ? Object.keys(patterns) : []) {
    const problem = patternProblem(pattern, '');
    if (problem !== null) report(at(at(path, 'patternProperties'), pattern), problem);
  }
  return parts;
}
