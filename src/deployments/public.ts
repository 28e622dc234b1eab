export { armOf, type Bundle, bundleKey, chooseFor, type Tombstone } from './domain/bundle.ts';
export { rendezvous } from './domain/rendezvous.ts';
export { findActiveBundle, findActiveBundles } from './queries/active.ts';
export { findWatchersAllowed } from './queries/watchers.ts';
export { republish } from './commands/republish.ts';
