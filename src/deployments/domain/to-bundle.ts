import type { LoadedVersion } from '../../content/public.ts';
import { canonicalJson, sha256 } from '../../kernel/canonical-json.ts';
import { type BundleBody, type BundleVariable, type BundleVariant, bytesOf } from './bundle.ts';
import type { Resolved } from './resolve.ts';
import { mergeVariables } from './variables.ts';

/** One of the versions that a prompt is served in. */
interface Part {
  version: LoadedVersion;
  resolved: Resolved;
}

/** Its own version, then its variants with their weights. */
export type Parts = [Part, ...(Part & { weight: number })[]];

interface Prompt {
  name: string;
  entryId: string;
}

/** What is served of a prompt. @param weight its own version's, where it has variants @returns its size in bytes of JSON */
export function toBundle(
  prompt: Prompt,
  [own, ...others]: Parts,
  weight: number | undefined,
): { body: BundleBody; size: number } {
  const alone = toServed(prompt, own);
  if (weight === undefined) return alone;
  const variants: BundleVariant[] = [];
  let { size } = alone;
  for (const part of others) {
    const served = toServed(prompt, part);
    const { name: _name, promptId: _id, kind: _kind, ...rest } = served.body;
    variants.push({ ...rest, weight: part.weight });
    size += served.size;
  }
  return { body: { ...alone.body, experiment: { weight, variants } }, size };
}

/** One version as it is served, with its hash: the same whether others are served beside it or not. */
function toServed({ name, entryId }: Prompt, { version, resolved }: Part): { body: BundleBody; size: number } {
  const { tag, versionId, kind, locale, model } = version;
  const { locales } = resolved;
  const variables = variablesOf(resolved);
  const served = { name, promptId: entryId, tag, versionId, kind, locale, locales, variables, model };
  const json = canonicalJson(served);
  return { body: { ...served, contentHash: sha256(json) }, size: bytesOf(json) };
}

/** Those of a version and of all that comes inside. */
export function variablesOf({ locales, parts }: Resolved): BundleVariable[] {
  const texts = Object.values(locales).flatMap((content) =>
    'text' in content ? [content.text] : content.messages.map((message) => message.content),
  );
  return mergeVariables(parts, texts);
}
