export { includesOf, keyOfInclude, pathsOf } from './domain/check-content.ts';
export type { IncludeRef } from './domain/check-content.ts';
export { textsOf } from './domain/content.ts';
export type { Content, EntryType, LoadedVersion } from './domain/content.ts';
export type { ContentDescriptor } from './domain/descriptor.ts';
export { changedShare, newShareBudget } from './domain/diff.ts';
export type { ShareBudget } from './domain/diff.ts';
export { LIMITS } from './domain/limits.ts';
export { jsonBytes, jsonProblem, plainTextProblem } from './domain/plain-text.ts';
export { serveIn } from './domain/serve.ts';
export { hashOfVersion } from './domain/version.ts';
export { guardInactive } from './repo/entries.ts';
export { findOptionalEntry } from './repo/entries.ts';
export { holdVersions, releaseHolds } from './repo/holds.ts';
export type { Hold } from './repo/holds.ts';
export { loadVersionsById, loadVersionsByRef } from './repo/load.ts';
/** For joins in other rooms' repos. */
export { entries, holds, versions } from './table.ts';
