import type { Context } from '../platform/context.ts';
import { notFound, type Outcome } from '../kernel/errors.ts';
import { isId } from '../kernel/ids.ts';
import type {
  ActivationCall,
  Call,
  DeployCall,
  DeploymentView,
  EnvironmentRef,
  VoteCall,
} from './domain/deployment.ts';

/** What a deployment's object does: votes and moves of state, one after the other. */
export interface DeploymentRpc {
  vote(call: VoteCall): Promise<Outcome<DeploymentView>>;
  cancel(call: Call): Promise<Outcome<DeploymentView>>;
  deploy(call: DeployCall): Promise<Outcome<DeploymentView>>;
  /** Tells those who watch that it changed. */
  changed(tenantId: string, deploymentId: string): Promise<void>;
  fetch(request: Request): Promise<Response>;
}

/** What an environment's object does: activations, one after the other. */
export interface EnvironmentRpc {
  /** The deployment as it became; null: look at it, it was ended by somebody else. */
  activate(call: ActivationCall): Promise<Outcome<DeploymentView | null>>;
  /** Writes some bundles to KV again, as D1 has them. */
  republish(environment: EnvironmentRef, names: readonly string[]): Promise<void>;
  fetch(request: Request): Promise<Response>;
}

/** The object of one deployment. */
export function deploymentObject(
  context: Pick<Context, 'env' | 'operations'>,
  tenantId: string,
  deploymentId: string,
): DeploymentRpc {
  // An object is made by asking for it: not for anything that cannot be a deployment.
  if (!isId('deployment', deploymentId)) throw notFound(`The deployment ${deploymentId}`);
  context.operations.do++;
  // Env's generated types do not know the classes' methods: this is where they are told.
  return context.env.DEPLOYMENTS.getByName(`${tenantId}:${deploymentId}`);
}

/** The object of one environment. */
export function environmentObject(
  context: Pick<Context, 'env' | 'operations'>,
  tenantId: string,
  environmentId: string,
): EnvironmentRpc {
  context.operations.do++;
  return context.env.ENVIRONMENTS.getByName(`${tenantId}:${environmentId}`);
}
