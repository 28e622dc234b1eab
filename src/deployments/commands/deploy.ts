import { AppError, unwrap } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { describeError, log } from '../../platform/log/log.ts';
import type { Call, DeploymentView } from '../domain/deployment.ts';
import { findDeployment } from '../queries/find.ts';
import { deploymentObject } from '../stub.ts';

/** What crosses to a Durable Object with every question. */
export const callOf = ({ actor, requestId, traceId }: TenantContext, deploymentId: string): Call => ({
  actor,
  requestId,
  traceId,
  deploymentId,
});

/**
 * Executes an approved deployment. @param breakGlass why an owner passes the missing approvals; null: nobody does
 * @throws AppError state_conflict, forbidden, incompatible
 */
export async function deploy(context: TenantContext, id: string, breakGlass: string | null): Promise<DeploymentView> {
  const object = deploymentObject(context, context.scope.tenantId, id);
  try {
    return unwrap(await object.deploy({ ...callOf(context, id), breakGlass }));
  } catch (error) {
    if (error instanceof AppError) throw error;
    return afterCrash(context, id, error);
  }
}

/** The object went away in the middle: say what D1 knows. Its alarm ends what was begun. */
async function afterCrash(context: TenantContext, id: string, error: unknown): Promise<DeploymentView> {
  log(context.config.logLevel, 'error', 'deploy interrupted', {
    requestId: context.requestId,
    ...describeError(error),
  });
  const view = await findDeployment(context, id);
  if (view.status === 'deployed' || view.status === 'deploying' || view.status === 'rolled_back') return view;
  throw new AppError('unavailable', 'The deployment was interrupted before it began. Try again.', { retryAfter: 1 });
}
