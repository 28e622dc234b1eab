export { type Bundle, bundleKey, type Tombstone } from './domain/bundle.ts';
export { deploymentPorts, environmentPorts } from './objects.ts';
export { findActiveBundles } from './queries/active.ts';
export { findWatchersAllowed } from './queries/watchers.ts';
export { deploymentRoutes } from './routes/deployments.ts';
export { moveRoutes } from './routes/moves.ts';
export { watchRoutes } from './routes/watch.ts';
export { republish } from './commands/republish.ts';
export type { PreparedActivation } from './commands/start-activation.ts';
