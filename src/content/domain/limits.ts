/** What a version and its entry may hold. Bytes are UTF-8. */
export const LIMITS = {
  /** Of one content: a text, or all messages of a chat together. */
  contentBytes: 262_144,
  messages: 100,
  variables: 200,
  variableName: 100,
  variableDescription: 1000,
  /** Of a default, as JSON. */
  defaultBytes: 65_536,
  /** Of the model settings, as JSON. */
  modelBytes: 16_384,
  /** How deep a JSON value of a caller nests. */
  jsonDepth: 100,
  /** With the version's own, 100 locales. */
  translations: 99,
  /** Different ones, over all locales of a version. */
  includes: 200,
  entryTags: 50,
  entryTag: 50,
  title: 200,
  description: 2000,
  category: 100,
  changeMessage: 1000,
  semver: 100,
  /** A version with all its translations, as JSON: a D1 row and a bundle stay below 2 MB. */
  versionBytes: 1_400_000,
} as const;
