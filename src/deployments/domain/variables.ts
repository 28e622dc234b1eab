import { textsOf } from '../../content/public.ts';
import type { LoadedVersion } from '../../content/public.ts';
import { inferVariables, parseTemplate } from '../../templates/public.ts';
import type { BundleVariable } from './bundle.ts';
import { contentsOf } from './references.ts';
import { tagsOnly } from './tags-only.ts';

/** What a version asks for by itself: what it declares, and what its texts use without declaring it. */
export function ownVariables(version: LoadedVersion): BundleVariable[] {
  return mergeVariables(
    [version],
    contentsOf(version).flatMap(([, content]) => textsOf(content)),
  );
}

/**
 * The variables of texts that were put together from versions: declarations first, those of the earlier version where
 * two declare the same; then what the texts use and nobody declared, required where the texts cannot do without.
 */
export function mergeVariables(versions: Iterable<LoadedVersion>, texts: readonly string[]): BundleVariable[] {
  const merged = new Map<string, BundleVariable>();
  for (const { variables } of versions) {
    for (const variable of variables) if (!merged.has(variable.name)) merged.set(variable.name, variable);
  }
  const templates = texts.flatMap((text) => {
    const parsed = parseTemplate(tagsOnly(text));
    return parsed.ok ? [parsed.template] : [];
  });
  for (const variable of inferVariables(templates)) {
    if (!merged.has(variable.name)) merged.set(variable.name, variable);
  }
  return [...merged.values()];
}

/** Whether a value must be given: unless it is declared otherwise, or has a default. */
export const isRequired = (variable: BundleVariable): boolean =>
  variable.required !== false && variable.default === undefined;

/** What callers of one version must do differently for the next. */
export interface VariableChanges {
  removed: string[];
  /** Names that must be given now and need not be before. */
  required: string[];
}

export function compareVariables(before: readonly BundleVariable[], after: readonly BundleVariable[]): VariableChanges {
  const names = new Set(after.map(({ name }) => name));
  const demanded = new Set(before.filter(isRequired).map(({ name }) => name));
  return {
    removed: before.map(({ name }) => name).filter((name) => !names.has(name)),
    required: after
      .filter(isRequired)
      .map(({ name }) => name)
      .filter((name) => !demanded.has(name)),
  };
}
