export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue };

export type VariableType = 'string' | 'number' | 'boolean' | 'array' | 'object';

export type VariableDeclaration = {
  name: string;
  type?: VariableType;
  /** True unless it is false or there is a default. */
  required?: boolean;
  default?: JsonValue;
  description?: string;
};

export interface Mistyped {
  name: string;
  expected: string;
  actual: string;
}

export type PreparedVariables =
  | { ok: true; values: Record<string, JsonValue> }
  | { ok: false; missing: string[]; mistyped: Mistyped[] };

/** Values nest this deep at most: JSON.stringify recurses where JSON.parse does not. */
const MAX_VALUE_DEPTH = 100;

/**
 * Fits the given values to the declarations: applies defaults, and lists what is missing or of the wrong type. Null
 * counts as missing where a value is required, and is kept as it is elsewhere. Values that nobody declared are kept:
 * a section may read them.
 */
export function prepareVariables(
  declared: readonly VariableDeclaration[],
  given: Record<string, JsonValue>,
): PreparedVariables {
  const values = new Map(Object.entries(given));
  const missing: string[] = [];
  const mistyped = tooDeepValues(values);
  for (const declaration of declared) {
    const value = values.get(declaration.name);
    if (value === undefined && declaration.default !== undefined) values.set(declaration.name, declaration.default);
    else if (value === undefined || value === null)
      missing.push(...(isRequired(declaration) ? [declaration.name] : []));
    else if (!hasType(value, declaration.type)) mistyped.push(mismatch(declaration, value));
  }
  if (missing.length > 0 || mistyped.length > 0) return { ok: false, missing, mistyped };
  // fromEntries defines properties, so that a variable called __proto__ is only a variable.
  return { ok: true, values: Object.fromEntries(values) };
}

function isRequired({ required, default: fallback }: VariableDeclaration): boolean {
  return required !== false && fallback === undefined;
}

function hasType(value: JsonValue, type: VariableType | undefined): boolean {
  return type === undefined || typeName(value) === type;
}

function mismatch({ name, type }: VariableDeclaration, value: JsonValue): Mistyped {
  return { name, expected: type ?? 'any', actual: typeName(value) };
}

function typeName(value: JsonValue): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function tooDeepValues(values: ReadonlyMap<string, JsonValue>): Mistyped[] {
  return [...values]
    .filter(([, value]) => isDeeperThan(value, MAX_VALUE_DEPTH))
    .map(([name]) => ({ name, expected: `at most ${MAX_VALUE_DEPTH} levels of nesting`, actual: 'deeper nesting' }));
}

function isDeeperThan(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(child, levels - 1));
}
