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
  /** Which deployment made this bundle what it is, and the environment's generation from which it is served. */
  deploymentId: string;
  generation: number;
  contentHash: string;
}

/** In a bundle's place once the prompt is no longer active: KV is overwritten, never deleted. */
export interface Tombstone {
  name: string;
  generation: number;
  removed: true;
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
