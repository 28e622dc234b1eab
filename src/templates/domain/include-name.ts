/** What an include tag names: `asset:key`, `prompt:name@1.2.0`. */
export interface IncludeName {
  type: 'prompt' | 'asset';
  name: string;
  tag: string | null;
}

export type IncludeNameResult = { ok: true; include: IncludeName } | { ok: false; name: string; message: string };

const MAX_NAME_LENGTH = 255;
const INCLUDE_PREFIX = /^(prompt|asset):/;
// Control characters, line and paragraph separators, lone surrogates, and what the contract keeps out of names.
const FORBIDDEN_IN_NAME = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}<>|{}]/u;
// https://semver.org, its suggested expression without the capture groups.
const SEMVER =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[a-z-][0-9a-z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-z-][0-9a-z-]*))*)?(?:\+[0-9a-z-]+(?:\.[0-9a-z-]+)*)?$/i;

/** Whether a tag's value is an include rather than a variable. */
export function isInclude(value: string): boolean {
  return INCLUDE_PREFIX.test(value);
}

/**
 * Reads the value of an include tag. What follows the last `@` is a tag and must be a semver, so an item with an `@` in
 * its name is included as `name@tag`.
 */
export function parseIncludeName(value: string): IncludeNameResult {
  const colon = value.indexOf(':');
  const type = value.slice(0, colon) === 'prompt' ? 'prompt' : 'asset';
  const rest = value.slice(colon + 1);
  const at = rest.lastIndexOf('@');
  const name = at === -1 ? rest : rest.slice(0, at);
  const tag = at === -1 ? null : rest.slice(at + 1);
  const problem = nameProblem(name) ?? tagProblem(tag);
  return problem === null ? { ok: true, include: { type, name, tag } } : { ok: false, name, message: problem };
}

function nameProblem(name: string): string | null {
  if (name === '') return 'The include has no name: write {{asset:key}} or {{prompt:name}}.';
  if (name.length > MAX_NAME_LENGTH) return `The name is longer than ${MAX_NAME_LENGTH} characters.`;
  if (name !== name.trim()) return 'The name may not begin or end with a space.';
  if (FORBIDDEN_IN_NAME.test(name)) return 'The name may not hold control characters or any of < > | { }.';
  if (name.split('/').includes('')) return 'A segment of the name is empty: "/" stands between segments only.';
  return null;
}

function tagProblem(tag: string | null): string | null {
  if (tag === null || (tag.length <= MAX_NAME_LENGTH && SEMVER.test(tag))) return null;
  return 'What follows "@" must be a version such as 1.2.0. Leave it out to include the active version.';
}
