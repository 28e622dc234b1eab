import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { stillStanding } from '../domain/rollback.ts';
import { type Dossier, findOptionalDossier, LATER_MAX, listLaterDeployments } from '../repo/deployments.ts';

/**
 * A rollback restores what a deployment replaced, so nothing may have come after it that still stands.
 * @throws AppError state_conflict, naming what touched which item
 */
export async function assertNotTouchedSince(context: TenantContext, deploymentId: string): Promise<Dossier> {
  const dossier = await findOptionalDossier(context.db, context.scope, deploymentId);
  if (dossier === null) throw new Error(`the deployment ${deploymentId} that is to be rolled back is gone`);
  const { deployment, items } = dossier;
  if (deployment.status !== 'deployed' || deployment.generation === null) {
    throw new AppError(
      'state_conflict',
      `The deployment ${deployment.id} is ${deployment.status}: only a deployed one can be rolled back.`,
    );
  }
  const entryIds = items.filter((item) => item.role === 'item').map((item) => item.entryId);
  const { db, scope } = context;
  const touches = await listLaterDeployments(db, scope, deployment.environmentId, entryIds, deployment.generation);
  const standing = touches.length < LATER_MAX ? stillStanding(touches) : touches;
  const first = standing.at(-1);
  if (first === undefined) return dossier;
  throw new AppError(
    'state_conflict',
    `${first.id} came later and touched ${first.type} ${first.name}: roll that one back first.`,
    {
      errors: standing
        .filter(({ id }) => id === first.id)
        .map(({ id, type, name }) => ({
          path: `${type}:${name}`,
          code: 'touched_later',
          message: `deployment ${id} touched ${type} ${name} later`,
        })),
    },
  );
}
