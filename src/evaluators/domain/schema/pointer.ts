import type { JsonValue } from '../../../kernel/canonical-json.ts';

/** What a `$ref` within a schema points at (RFC 6901, as a URI fragment); undefined: nothing. */
export function pointed(root: JsonValue, reference: string): JsonValue | undefined {
  let at: JsonValue | undefined = root;
  for (const encoded of reference.slice(1).split('/').slice(1)) {
    const name = decoded(encoded);
    if (name === null || typeof at !== 'object' || at === null) return undefined;
    if (Array.isArray(at)) at = /^(0|[1-9]\d*)$/.test(name) ? at[Number(name)] : undefined;
    else at = Object.hasOwn(at, name) ? at[name] : undefined;
  }
  return at;
}

function decoded(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return null;
  }
}
