import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { DeploymentStatus } from '../domain/deployment.ts';
import { type Dossier, findOptionalDossier, listLaterDeployments } from '../repo/deployments.ts';

/**
 * A rollback restores what a deployment replaced, so nothing may have come after it.
 * @throws AppError state_conflict, naming what touched which item
 */
export async function assertNotTouchedSince(context: TenantContext, deploymentId: string): Promise<Dossier> {
  const dossier = await findOptionalDossier(context.db, context.scope, deploymentId);
  if (dossier === null) throw new Error(`the deployment ${deploymentId} that is to be rolled back is gone`);
  const { deployment, items } = dossier;
  if (deployment.status !== 'deployed' || deployment.generation === null) {
    throw new AppError('state_conflict', `The deployment ${deployment.id} is ${deployment.status}: only a deployed one can be rolled back.`);
  }
  const entryIds = items.filter((item) => item.role === 'item').map((item) => item.entryId);
  const { db, scope } = context;
  const later = await listLaterDeployments(db, scope, deployment.environmentId, entryIds, deployment.generation);
  const [first] = later;
  if (first === undefined) return dossier;
  throw new AppError(
    'state_conflict',
    `${first.id} came later and touched ${first.type} ${first.name}: ${wayOut(first.status)}.`,
    {
      errors: later.map(({ id, type, name }) => ({
        path: `${type}:${name}`,
        code: 'touched_later',
        message: `deployment ${id} touched ${type} ${name} later`,
      })),
    },
  );
}

/** One that was rolled back itself still stands between: what it left behind is a deployment too. */
const wayOut = (status: DeploymentStatus): string =>
  status === 'deployed' ? 'roll that one back first' : 'deploy what should be active instead';
