import { checkVariables, type Position } from '../../templates/public.ts';
import { keyOfInclude, type PlacedInclude, type PlacedTemplate } from './check-content.ts';
import type { VariableDeclaration } from './content.ts';

/** Something in a version that is allowed, and likely a slip. */
export interface Warning {
  code: 'include_unknown' | 'variable_undeclared' | 'variable_unused';
  /** Where in the request. */
  path: string;
  message: string;
  position: Position | null;
}

const WARNINGS_MAX = 100;

/**
 * Compares what is used with what is declared.
 * @param unusedPath where a variable that is never used is reported, by its place among the declarations
 */
export function variableWarnings(
  templates: readonly PlacedTemplate[],
  declared: readonly VariableDeclaration[],
  unusedPath: (index: number) => string,
): Warning[] {
  const findings = checkVariables(
    templates.map(({ template }) => template),
    declared,
  );
  return findings.flatMap(({ code, message, position, name, template }): Warning[] => {
    if (code === 'variable_undeclared') {
      const path = template === undefined ? undefined : templates[template]?.path;
      return [{ code, path: path ?? 'text', message, position }];
    }
    if (code !== 'variable_unused') return [];
    return [
      { code, path: unusedPath(declared.findIndex((declaration) => declaration.name === name)), message, position },
    ];
  });
}

/**
 * Includes that stand for nothing yet.
 * @param known by key: whether there is such an entry, and such a version of it
 */
export function includeWarnings(
  includes: readonly PlacedInclude[],
  known: ReadonlyMap<string, { hasVersion: boolean }>,
): Warning[] {
  return includes.flatMap(({ path, include }): Warning[] => {
    const found = known.get(keyOfInclude(include));
    if (found?.hasVersion === true) return [];
    const { type, name, tag, position } = include;
    const missing = tag === null ? 'has no version yet' : `has no version ${tag}`;
    const message = found === undefined ? `There is no ${type} "${name}".` : `The ${type} "${name}" ${missing}.`;
    return [{ code: 'include_unknown', path, message, position }];
  });
}

export const firstWarnings = (warnings: readonly Warning[]): Warning[] => warnings.slice(0, WARNINGS_MAX);
