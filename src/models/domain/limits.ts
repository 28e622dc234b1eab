/** What a model may hold. */
export const LIMITS = {
  /** Live ones, of a tenant. */
  models: 500,
  name: 100,
  /** What the provider calls it. */
  model: 256,
  fallbacks: 5,
  /** Of parameters, as JSON in UTF-8. */
  parametersBytes: 32_768,
  stops: 4,
  stop: 200,
  tools: 128,
  /** In tokens. */
  maxTokens: 1_000_000,
  contextWindow: 100_000_000,
  /** Micro-USD for a million tokens: ten thousand dollars. */
  price: 10_000_000_000,
  apiKey: 500,
  /** Of a key of at least so many characters the last four are shown. */
  shownKey: 12,
} as const;

/** Segments between slashes, each beginning with a letter or digit, so that a name stands in any path. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]*(?:\/[A-Za-z0-9][A-Za-z0-9._:-]*)*$/;

/** Why a model's name will not do, or null when it will. */
export function modelNameProblem(name: string): string | null {
  if (name.length === 0 || name.length > LIMITS.name) return `must have 1 to ${LIMITS.name} characters`;
  if (!NAME.test(name)) {
    return 'must be letters, digits and . _ : - in segments between slashes, each beginning with a letter or digit';
  }
  return /^mdl_[0-9a-hjkmnp-tv-z]{26}$/.test(name) ? 'must not look like an id' : null;
}
