import { commit } from '../../audit/public.ts';
import { releaseHolds } from '../../content/public.ts';
import { can, personOf } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { guard, isGuardFailure } from '../../platform/db/guard.ts';
import type { Call, DeploymentView } from '../domain/deployment.ts';
import { nextStatus } from '../domain/state.ts';
import { findDossier } from '../queries/find.ts';
import { presentDeployment } from '../queries/view.ts';
import { isInStatus, updateDeployment } from '../repo/deployments.ts';
import { keepMove } from './keep-move.ts';

/** Cancels, inside the deployment's object. Again changes nothing. @throws AppError forbidden, state_conflict */
export async function decideCancel(context: TenantContext, call: Call): Promise<DeploymentView> {
  const dossier = await findDossier(context, call.deploymentId);
  const { deployment } = dossier;
  const { scope, db } = context;
  if (deployment.requesterId !== personOf(context.actor) && !can(context.actor, 'deployments:cancel_any')) {
    throw new AppError(
      'forbidden',
      'Cancelling what somebody else requested needs the permission deployments:cancel_any.',
    );
  }
  if (deployment.status === 'cancelled') return presentDeployment(dossier);
  const status = nextStatus(deployment.status, 'cancel');
  if (status === null) {
    throw new AppError('state_conflict', `The deployment is ${deployment.status}: it can no longer be cancelled.`);
  }
  try {
    await commit(
      context,
      [
        guard(db, isInStatus(scope, deployment.id, [deployment.status])),
        updateDeployment(db, scope, deployment.id, { status }),
        releaseHolds(db, scope, [deployment.id]),
        keepMove(context, { ...deployment, status }),
      ],
      { action: 'deployment.cancel', entity: { type: 'deployment', id: deployment.id } },
    );
  } catch (error) {
    if (isGuardFailure(error)) throw new AppError('state_conflict', 'The deployment has moved on. Look at it again.');
    throw error;
  }
  return presentDeployment({ ...dossier, deployment: { ...deployment, status } });
}
