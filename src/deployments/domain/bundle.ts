import { rendezvous } from './rendezvous.ts';
import { sha256 } from '../../kernel/canonical-json.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';

/** The largest bundle, in bytes of JSON: a D1 row stays below 2 MB. */
export const BUNDLE_MAX = 1_500_000;

export interface BundleVariable {
  name: string;
  type?: 'string' | 'number' | 'boolean' | 'array' | 'object';
  required?: boolean;
  default?: JsonValue;
  description?: string;
}

export type BundleContent = { text: string } | { messages: { role: string; content: string }[] };

/** What the edge serves for one prompt in one environment: every locale, includes resolved, ready to render. */
export interface Bundle {
  name: string;
  promptId: string;
  tag: string;
  versionId: string;
  kind: 'text' | 'chat';
  /** The version's own locale, the last to fall back to. */
  locale: string;
  locales: Record<string, BundleContent>;
  /** Those of the prompt and of everything it includes. */
  variables: BundleVariable[];
  model: Record<string, JsonValue> | null;
  /** Where other versions are served beside this one, each to its share of the subjects. */
  experiment?: BundleExperiment;
  /** Which deployment made this bundle what it is, and the environment's generation from which it is served. */
  deploymentId: string;
  generation: number;
  contentHash: string;
}

/** What a plan says of it, before it is known when it is served. */
export type BundleBody = Omit<Bundle, 'deploymentId' | 'generation'>;

export interface BundleExperiment {
  /** Of the bundle's own version. */
  weight: number;
  variants: BundleVariant[];
}

/** One of them, and what is served of it instead. */
export type BundleVariant = Pick<
  Bundle,
  'tag' | 'versionId' | 'locale' | 'locales' | 'variables' | 'model' | 'contentHash'
> & { weight: number };

/** In a bundle's place once the prompt is no longer active: KV is overwritten, never deleted. */
export interface Tombstone {
  name: string;
  generation: number;
  removed: true;
}

/**
 * What of a bundle is a subject's: the bundle with one of its variants in place of its own version, and the tag of the
 * version that was chosen. Where there is nothing to choose between, or nobody to choose for, its own, and no tag.
 * @returns `arm`: which of its versions, 0 its own, then its variants in their order
 */
export function chooseFor(
  bundle: Bundle,
  subject: string | null,
): { served: Bundle; variant: string | null; arm: number } {
  const { experiment } = bundle;
  if (experiment === undefined || subject === null) return { served: bundle, variant: null, arm: 0 };
  const arms = [{ tag: bundle.tag, weight: experiment.weight }, ...experiment.variants];
  const arm = rendezvous(bundle.promptId, subject, arms);
  return { served: armOf(bundle, arm), variant: arms[arm]?.tag ?? null, arm };
}

/** A bundle with one of its versions in place: 0 is its own. */
export function armOf(bundle: Bundle, index: number): Bundle {
  const variant = bundle.experiment?.variants[index - 1];
  if (variant === undefined) return bundle;
  const { weight: _, ...served } = variant;
  return { ...bundle, ...served };
}

const encoder = new TextEncoder();

/** The length of a text in UTF-8, in bytes. */
export const bytesOf = (text: string): number => encoder.encode(text).length;

const KEY_MAX = 512; // bytes: KV's limit

/** Where KV keeps a prompt’s bundle. A long name is hashed, behind a bar that no name holds. */
export function bundleKey(tenantId: string, environment: string, name: string): string {
  const key = `bundle:${tenantId}:${environment}:${name}`;
  if (key.length * 3 <= KEY_MAX || bytesOf(key) <= KEY_MAX) return key;
  return `bundle:${tenantId}:${environment}:|${sha256(name)}`;
}
