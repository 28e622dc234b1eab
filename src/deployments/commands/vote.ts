import { AppError, unwrap } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { MovedDeployment } from '../domain/deployment.ts';
import { deploymentObject } from '../stub.ts';
import { deployWhenReady } from './auto-deploy.ts';
import { callOf } from './deploy.ts';

/** Approves or rejects, in person. @throws AppError forbidden, self_approval_forbidden, state_conflict */
export async function vote(
  context: TenantContext,
  id: string,
  ballot: { decision: 'approved' | 'rejected'; comment: string | null },
): Promise<MovedDeployment> {
  // No scope gives this to a key; said here as well, because everything hangs on it.
  if (context.actor.kind !== 'user')
    throw new AppError('forbidden', 'Approving and rejecting is for people, not for API keys.');
  const object = deploymentObject(context, context.scope.tenantId, id);
  return deployWhenReady(context, unwrap(await object.vote({ ...callOf(context, id), ...ballot })));
}
