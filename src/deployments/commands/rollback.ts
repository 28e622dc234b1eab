import { assertMayEnter } from '../../environments/public.ts';
import { can } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { MovedDeployment } from '../domain/deployment.ts';
import { findDossier } from '../queries/find.ts';
import { assertNotTouchedSince } from '../queries/touched.ts';
import { findOptionalOpenRollback } from '../repo/deployments.ts';
import { deployWhenReady } from './auto-deploy.ts';
import { requestDeployment } from './request.ts';

/**
 * Asks for what a deployment replaced to be active again. It is a deployment like any other, under the same policy,
 * and executes itself as soon as nothing is missing.
 * @throws AppError forbidden; state_conflict when it is not deployed, or something later touched the same items
 */
export async function rollback(context: TenantContext, id: string, reason: string): Promise<MovedDeployment> {
  const { deployment, environment } = await findDossier(context, id);
  const mayHere = environment.kind === 'development' && can(context.actor, 'deployments:rollback_development');
  if (!mayHere && !can(context.actor, 'deployments:rollback')) {
    throw new AppError('forbidden', `Rolling back in ${environment.name} needs the permission deployments:rollback.`);
  }
  assertMayEnter(context, environment.name);
  const { items } = await assertNotTouchedSince(context, id);
  const open = await findOptionalOpenRollback(context.db, context.scope, id);
  if (open !== null) throw new AppError('state_conflict', `${open} rolls this deployment back already.`);
  const changes = items
    .filter((item) => item.role === 'item')
    .map(({ type, entryId, name, previousVersionId: versionId, previousExperiment: experiment }, i) => ({
      type,
      entryId,
      name,
      versionId,
      experiment,
      path: `items[${i}]`,
    }));
  const view = await requestDeployment(context, {
    environment,
    changes,
    title: `Roll back ${deployment.title ?? id}`.slice(0, 200),
    description: null,
    declaredRisk: null,
    autoDeploy: true,
    rollbackOf: id,
    reason,
  });
  return deployWhenReady(context, view);
}
