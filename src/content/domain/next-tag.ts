const FIRST = '1.0.0';
/** As many digits as a part of a tag may have: kernel/names.ts. */
const PART_MAX = 999_999_999;
const PARTS = /^(\d+)\.(\d+)\.(\d+)(-)?/;

/**
 * The tag that follows the newest version's: the next patch. A pre-release is followed by what it announced
 * (`2.0.0-beta.1` → `2.0.0`), as semver orders them; build metadata is dropped.
 * @param latest null before the first version
 * @param taken tags that are in use: the first free patch is taken
 * @returns null when no patch is left
 */
export function nextTag(latest: string | null, taken: ReadonlySet<string> = new Set()): string | null {
  const [, major, minor, patch, preRelease] = PARTS.exec(latest ?? '') ?? [];
  if (major === undefined || minor === undefined || patch === undefined) return FIRST;
  for (let next = Number(patch) + (preRelease === undefined ? 1 : 0); next <= PART_MAX; next++) {
    const tag = `${major}.${minor}.${next}`;
    if (!taken.has(tag)) return tag;
  }
  return null;
}

/** What the tags that could stand in the way of the next one begin with. */
export const lineOf = (tag: string): string => tag.slice(0, tag.indexOf('.', tag.indexOf('.') + 1) + 1);
