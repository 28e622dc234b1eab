export { includesOf, keyOfInclude, pathsOf } from './domain/check-content.ts';
export type { IncludeRef } from './domain/check-content.ts';
export { textsOf } from './domain/content.ts';
export type { Content, EntryType, LoadedVersion } from './domain/content.ts';
export type { ContentDescriptor } from './domain/descriptor.ts';
export { changedShare } from './domain/diff.ts';
export { serveIn } from './domain/serve.ts';
export { hashOfVersion } from './domain/version.ts';
export { holdVersions, releaseHolds } from './repo/holds.ts';
export type { Hold } from './repo/holds.ts';
export { loadVersionsById, loadVersionsByRef } from './repo/load.ts';
export { contentRoutes } from './routes/content-routes.ts';
export { jsonObject, LocaleSchema, MessageSchema, TagRefSchema } from './schemas/requests.ts';
/** For joins in other rooms' repos. */
export { entries, versions } from './table.ts';
