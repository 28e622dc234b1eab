import { can } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { guardNotRequired, listRequiring, type Measure } from '../repo/requirements.ts';

const listed = (environments: readonly string[]): string => environments.slice(0, 10).join(', ');

/**
 * What an environment measures its deployments with is changed by those who may change its policy, and by nobody else:
 * an editor could pass a gate by moving it.
 * @returns what keeps it so until the change is written
 * @throws AppError forbidden
 */
export async function assertMayChangeMeasure(context: TenantContext, measure: Measure): Promise<Statement[]> {
  if (can(context.actor, 'environments:manage')) return [];
  const { db, scope } = context;
  const environments = await listRequiring(db, scope, measure);
  if (environments.length === 0) return [guardNotRequired(db, scope, measure)];
  throw new AppError(
    'forbidden',
    `Deployments to ${listed(environments)} are measured with it: to change it needs the permission environments:manage too.`,
  );
}

/** @returns what keeps it so until the deletion is written @throws AppError state_conflict */
export async function assertMeasureUnused(context: TenantContext, measure: Measure): Promise<Statement[]> {
  const { db, scope } = context;
  const environments = await listRequiring(db, scope, measure);
  if (environments.length === 0) return [guardNotRequired(db, scope, measure)];
  throw new AppError(
    'state_conflict',
    `Deployments to ${listed(environments)} are measured with it. Take it out of their policy first: PATCH /v1/environments/{name}.`,
    {
      errors: environments
        .slice(0, 100)
        .map((at) => ({ path: at, message: `requires an evaluation with it`, code: 'required' })),
    },
  );
}
