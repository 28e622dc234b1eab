import type { LoadedVersion } from '../../content/public.ts';

/** A version of a prompt that is served beside an item's own. */
export interface Variant {
  versionId: string;
  tag: string;
  contentHash: string;
  weight: number;
}

/** That a prompt is served in several versions, each to its share of the subjects. As items and activations keep it. */
export interface Experiment {
  /** Of the item's own version. */
  weight: number;
  variants: readonly Variant[];
}

/** The same with the versions themselves. */
export interface LoadedExperiment {
  weight: number;
  variants: readonly LoadedVariant[];
}

export interface LoadedVariant {
  version: LoadedVersion;
  weight: number;
  /** Its place in the request, for findings. */
  position: number;
}

export const WEIGHT_MAX = 1000;
export const VARIANTS_MAX = 9;
const WHOLE = 100;

/**
 * The weight of an item's own version where none is named: what its variants leave of a hundred, so that weights read as
 * percentages. Not positive where they leave nothing: then it must be named.
 */
export const remainingWeight = (variants: readonly { weight: number }[]): number =>
  variants.reduce((left, { weight }) => left - weight, WHOLE);

/** An experiment as it is kept. */
export function toKept(loaded: LoadedExperiment | null): Experiment | null {
  if (loaded === null) return null;
  const variants = loaded.variants.map(({ version: { versionId, tag, contentHash }, weight }) => {
    return { versionId, tag, contentHash, weight };
  });
  return { weight: loaded.weight, variants };
}

/** An item's weights as the API shows them. */
export interface ShownExperiment {
  /** Null: one version is served, and no variants. */
  weight: number | null;
  variants: Omit<Variant, 'versionId'>[];
}

export const showExperiment = (experiment: Experiment | null): ShownExperiment => ({
  weight: experiment?.weight ?? null,
  variants: (experiment?.variants ?? []).map(({ tag, weight, contentHash }) => ({ tag, weight, contentHash })),
});

/** The versions that an experiment serves beside the item's own. */
export const versionsIn = (experiment: LoadedExperiment | null): LoadedVersion[] =>
  (experiment?.variants ?? []).map(({ version }) => version);

/** What is served of one entry at one moment: the version that is the rule, and those beside it. */
export interface Served<T> {
  version: T;
  variants: readonly T[];
}

/** One version that takes another one's place for somebody. */
export interface Step<T> {
  from: T;
  to: T;
  /** The tag of the variant that is meant, where it is not the rule that changes; null: it is. */
  variant: string | null;
  /** Whether that one ends, rather than being served. */
  ends: boolean;
}

/**
 * What changes for the callers of an entry: every version that is to be served against the one that was the rule, also
 * where it was served to some already, for it may be more of them now; and the new rule against each variant that ends.
 */
export function stepsBetween<T extends { versionId: string; tag: string }>(
  before: Served<T>,
  after: Served<T>,
): Step<T>[] {
  const kept = new Set([after.version, ...after.variants].map(({ versionId }) => versionId));
  return [
    { from: before.version, to: after.version, variant: null, ends: false },
    ...after.variants.map((to) => ({ from: before.version, to, variant: to.tag, ends: false })),
    ...before.variants
      .filter(({ versionId }) => !kept.has(versionId))
      .map((from) => ({ from, to: after.version, variant: from.tag, ends: true })),
  ];
}
