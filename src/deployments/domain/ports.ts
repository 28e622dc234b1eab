import type { Actor } from '../../kernel/actor.ts';
import type {
  Activated,
  ActivationCall,
  Call,
  DeployCall,
  DeploymentView,
  EnvironmentRef,
  VoteCall,
} from './deployment.ts';

/** Which of some watchers may still read in the tenant: their ids. */
export type WatcherCheck = (
  env: Env,
  tenantId: string,
  watchers: readonly Pick<Actor, 'kind' | 'id'>[],
) => Promise<ReadonlySet<string>>;

/** What a deployment's object does through others: ../objects.ts gives it, src/worker.ts puts the two together. */
export interface DeploymentPorts {
  vote(env: Env, call: VoteCall): Promise<DeploymentView>;
  cancel(env: Env, call: Call): Promise<DeploymentView>;
  deploy(env: Env, call: DeployCall): Promise<DeploymentView>;
  read(env: Env, tenantId: string, deploymentId: string): Promise<DeploymentView>;
  readonly mayWatch: WatcherCheck;
}

/** What an environment's object does through others. */
export interface EnvironmentPorts<P> {
  /** Weighs a deployment and marks it `deploying`, or throws an AppError and leaves everything as it was. */
  start(env: Env, call: ActivationCall): Promise<P>;
  /** Makes it true in D1, all at once. */
  commit(env: Env, call: ActivationCall, prepared: P): Promise<DeploymentView>;
  /** Whether a deployment was begun and not ended. */
  isUnfinished(env: Env, call: ActivationCall): Promise<boolean>;
  /** Ends a deployment that cannot go through any more. */
  fail(env: Env, call: ActivationCall, reason: string): Promise<void>;
  /** Writes to KV what is newer than a generation, and says what it was, generation by generation. */
  publishSince(env: Env, environment: EnvironmentRef, generation: number): Promise<Activated[]>;
  /** Writes some bundles to KV as D1 has them. */
  publishNames(env: Env, environment: EnvironmentRef, names: readonly string[]): Promise<void>;
  /** Tells those who watch the deployment that it changed. */
  announceDeployment(env: Env, call: ActivationCall): Promise<void>;
  readonly mayWatch: WatcherCheck;
  generationOf(env: Env, environment: EnvironmentRef): Promise<number>;
}
