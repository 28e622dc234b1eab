import { textsOf } from '../../content/public.ts';
import type { Content, LoadedVersion } from '../../content/public.ts';
import { parseTemplate } from '../../templates/public.ts';
import { tagsOnly } from './tags-only.ts';

/** What an include names. */
export interface Reference {
  type: 'prompt' | 'asset';
  name: string;
  /** Null: whatever is active. */
  tag: string | null;
}

/** `asset:tone`, `prompt:greeting@1.2.0`: as people write it. */
export const labelOf = ({ type, name, tag }: Reference): string => `${type}:${name}${tag === null ? '' : `@${tag}`}`;

/** A reference as a key. Names hold no `|`, so that one with an `@` is not taken for a tag. */
export const keyOf = ({ type, name, tag }: { type: string; name: string; tag: string | null }): string =>
  `${type}:${name}|${tag ?? ''}`;

/** Every locale of a version with its content, its own first, the others in order. */
export function contentsOf(version: LoadedVersion): [locale: string, content: Content][] {
  const translated = new Map(version.translations.map(({ locale, content }) => [locale, content]));
  translated.delete(version.locale);
  const others = [...translated].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [[version.locale, version.content], ...others];
}

/** All that versions include, in any locale, each once. What cannot be parsed includes nothing. */
export function requiredReferences(versions: readonly LoadedVersion[]): Reference[] {
  const found = new Map<string, Reference>();
  for (const version of versions) {
    for (const text of contentsOf(version).flatMap(([, content]) => textsOf(content))) {
      const parsed = parseTemplate(tagsOnly(text));
      if (!parsed.ok) continue;
      for (const { type, name, tag } of parsed.template.includes)
        found.set(keyOf({ type, name, tag }), { type, name, tag });
    }
  }
  return [...found.values()];
}

/** What stands behind the names at one moment: versions by the key of the reference that finds them. */
export type Versions = ReadonlyMap<string, LoadedVersion>;

/** The references of versions, each version read once. */
export function referenceReader(): (version: LoadedVersion) => Reference[] {
  const known = new Map<string, Reference[]>();
  return (version) => {
    const references = known.get(version.versionId) ?? requiredReferences([version]);
    known.set(version.versionId, references);
    return references;
  };
}

/** Who includes what, directly: from the key of a reference to the keys of those whose text holds it. */
export function includersIn(
  versions: Iterable<readonly [key: string, version: LoadedVersion]>,
  referencesOf: (version: LoadedVersion) => Reference[],
): ReadonlyMap<string, readonly string[]> {
  const includers = new Map<string, string[]>();
  for (const [key, version] of versions) {
    for (const reference of referencesOf(version)) {
      const target = keyOf(reference);
      const known = includers.get(target);
      if (known === undefined) includers.set(target, [key]);
      else known.push(key);
    }
  }
  return includers;
}

/** Everything from which one of the starts can be reached, the starts included. Cycles end. */
export function reachersOf(includers: ReadonlyMap<string, readonly string[]>, starts: Iterable<string>): Set<string> {
  const reached = new Set(starts);
  // A set is walked in the order of insertion, what is added on the way included.
  for (const key of reached) for (const includer of includers.get(key) ?? []) reached.add(includer);
  return reached;
}

/**
 * The versions that come inside some by a tag, directly or through one that does. What comes inside an included version
 * that is active belongs to that one.
 */
export function pinsOf(
  roots: readonly LoadedVersion[],
  versions: Versions,
  referencesOf: (version: LoadedVersion) => Reference[],
): string[] {
  const pins = new Map<string, LoadedVersion>();
  const queue = [...roots];
  for (const from of queue) {
    for (const reference of referencesOf(from)) {
      const pinned = reference.tag === null ? undefined : versions.get(keyOf(reference));
      if (pinned === undefined || pins.has(pinned.versionId)) continue;
      pins.set(pinned.versionId, pinned);
      queue.push(pinned);
    }
  }
  return [...pins.keys()].toSorted();
}
