import { can } from '../../kernel/actor.ts';
import { AppError, unwrap } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { type ApprovalCount, countApprovals } from '../domain/approvals.ts';
import type { DeployCall, DeploymentView } from '../domain/deployment.ts';
import { breakGlassPath, nextStatus } from '../domain/state.ts';
import { findDeployment, findDossier } from '../queries/find.ts';
import type { Dossier } from '../repo/deployments.ts';
import { environmentObject } from '../stub.ts';

/**
 * Executes, inside the deployment's object: counts the approvals as they stand now, then hands over to the
 * environment's object, which goes through with it or not. @throws AppError forbidden, state_conflict, incompatible
 */
export async function decideDeploy(context: TenantContext, call: DeployCall): Promise<DeploymentView> {
  const dossier = await findDossier(context, call.deploymentId);
  const { deployment, environment } = dossier;
  const count = countNow(dossier);
  const breakGlass = count.missing === 0 && deployment.status !== 'pending' ? null : call.breakGlass;
  if (breakGlass === null) assertApproved(dossier, count);
  else assertMayBreakGlass(context, dossier);
  const object = environmentObject(context, context.scope.tenantId, environment.id);
  const view = unwrap(
    await object.activate({
      ...call,
      breakGlass,
      environment: { id: environment.id, name: environment.name },
      approvals: count.counting,
    }),
  );
  return view ?? findDeployment(context, deployment.id);
}

/** A policy that was made stricter since holds; one that was loosened does not help what was requested before. */
function countNow(dossier: Dossier): ApprovalCount {
  const { deployment } = dossier;
  return countApprovals({ ...dossier, ...deployment, required: requiredNow(dossier) });
}

/** How many approvals it takes: as many as when it was requested, more where the policy became stricter since. */
export const requiredNow = ({ deployment, environment }: Pick<Dossier, 'deployment' | 'environment'>): number =>
  Math.max(deployment.requiredApprovals, environment.requiredApprovals[deployment.riskLevel]);

function assertApproved({ deployment }: Dossier, { missing, discounted }: ApprovalCount): void {
  if (nextStatus(deployment.status, 'start') === null) {
    throw new AppError(
      'state_conflict',
      `The deployment is ${deployment.status}: only an approved one can be deployed.`,
    );
  }
  if (missing === 0) return;
  const lost = discounted.map(({ userId, reason }) => `${userId} (${reason})`).join(', ');
  throw new AppError(
    'state_conflict',
    `${missing} more approval${missing === 1 ? '' : 's'} needed now${lost === '' ? '' : `; no longer counting: ${lost}`}.`,
  );
}

function assertMayBreakGlass(context: TenantContext, { deployment, breakGlass }: Dossier): void {
  if (context.actor.kind !== 'user' || !can(context.actor, 'deployments:break_glass')) {
    throw new AppError('forbidden', 'Only an owner, in person, may deploy without the missing approvals.');
  }
  if (!breakGlass) throw new AppError('forbidden', 'Break-glass is switched off for this tenant (PATCH /v1/tenant).');
  if (breakGlassPath(deployment.status) === null) {
    throw new AppError('state_conflict', `The deployment is ${deployment.status}: it can no longer be deployed.`);
  }
}
