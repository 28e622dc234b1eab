/** What prompts and assets may be called; includes name them, so braces and pipes are out. */
/** In UTF-16 units, as all texts are measured. */
export const NAME_MAX = 255;

const tooLong = (max: number): string => `must have 1 to ${max} characters, of which most emoji count as two`;

/** Why a prompt's or asset's name will not do, or null when it will. */
export function nameProblem(name: string): string | null {
  if (name.length === 0 || name.length > NAME_MAX) return tooLong(NAME_MAX);
  if (/[<>|{}]/u.test(name)) return 'must not contain any of < > | { }';
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(name)) return 'must be printable, without control characters';
  if (name.trim() !== name) return 'must not begin or end with a space';
  if (name === '.' || name === '..') return 'must not be . or .., which no URL can carry';
  if (name.split('/').some((segment) => segment.trim() === '')) return 'must not have an empty segment between slashes';
  if (/^(prm|ast)_[0-9a-hjkmnp-tv-z]{26}$/.test(name)) return 'must not look like an id';
  return null;
}

export const SUBJECT_MAX = 255;

/** Why that will not do as a subject, somebody or something for whom always the same is chosen; null when it will. */
export function subjectProblem(subject: string): string | null {
  if (subject.length === 0 || subject.length > SUBJECT_MAX) return tooLong(SUBJECT_MAX);
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(subject)) return 'must be printable, without control characters';
  return null;
}

export const SEMVER =
  /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** Names of environments: they stand in paths, keys and configuration. */
export const ENVIRONMENT_NAME = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/;

/** Segments between slashes, each beginning with a letter or digit, so that a handle stands in any path. */
const HANDLE = /^[A-Za-z0-9][A-Za-z0-9._:-]*(?:\/[A-Za-z0-9][A-Za-z0-9._:-]*)*$/;
export const HANDLE_MAX = 100;

/** Why what a dataset or an evaluator is called will not do, or null when it will. Nothing is called as an id of its kind is. */
export function handleProblem(name: string, idPattern: RegExp): string | null {
  if (name.length === 0 || name.length > HANDLE_MAX) return `must have 1 to ${HANDLE_MAX} characters`;
  if (!HANDLE.test(name)) {
    return 'must be letters, digits and . _ : - in segments between slashes, each beginning with a letter or digit';
  }
  return idPattern.test(name) ? 'must not look like an id' : null;
}
