import { commit } from '../../audit/public.ts';
import { releaseHolds } from '../../content/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { guard } from '../../platform/db/guard.ts';
import { findDossier } from '../queries/find.ts';
import { isInStatus, updateDeployment } from '../repo/deployments.ts';
import { keepMove } from './keep-move.ts';

/** Ends a deployment that was begun and cannot go through any more. */
export async function failActivation(context: TenantContext, deploymentId: string, reason: string): Promise<void> {
  const { db, scope } = context;
  const { deployment } = await findDossier(context, deploymentId);
  await commit(
    context,
    [
      guard(db, isInStatus(scope, deploymentId, ['deploying'])),
      updateDeployment(db, scope, deploymentId, { status: 'failed', reason: reason.slice(0, 1000) }),
      releaseHolds(db, scope, [deploymentId]),
      keepMove(context, { ...deployment, status: 'failed' }),
    ],
    { action: 'deployment.fail', entity: { type: 'deployment', id: deploymentId }, data: { reason } },
  );
}
