import { unwrap } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { DeploymentView } from '../domain/deployment.ts';
import { deploymentObject } from '../stub.ts';
import { callOf } from './deploy.ts';

/** Withdraws a deployment that is not executed yet. @throws AppError forbidden, state_conflict */
export async function cancel(context: TenantContext, id: string): Promise<DeploymentView> {
  const object = deploymentObject(context, context.scope.tenantId, id);
  return unwrap(await object.cancel(callOf(context, id)));
}
