import { can } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { DeploymentView } from '../domain/deployment.ts';
import { findDeployment } from '../queries/find.ts';
import { deploy } from './deploy.ts';

/**
 * Executes a deployment that asked for it (`autoDeploy`) as soon as nothing is missing. What stands in the way leaves
 * it approved, to be executed by hand.
 */
export async function deployWhenReady(context: TenantContext, view: DeploymentView): Promise<DeploymentView> {
  const ready = view.autoDeploy && view.status === 'approved' && can(context.actor, 'deployments:execute');
  if (!ready) return view;
  try {
    return await deploy(context, view.id, null);
  } catch (error) {
    if (error instanceof AppError) return findDeployment(context, view.id);
    throw error;
  }
}
