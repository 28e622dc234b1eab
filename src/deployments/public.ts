export { type Bundle, bundleKey, type Tombstone } from './domain/bundle.ts';
export { findActiveBundles } from './queries/active.ts';
export { findWatchersAllowed } from './queries/watchers.ts';
export { republish } from './commands/republish.ts';
