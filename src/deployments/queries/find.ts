import { assertMayEnter } from '../../environments/public.ts';
import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { DeploymentView } from '../domain/deployment.ts';
import { type Dossier, findOptionalDossier } from '../repo/deployments.ts';
import { presentDeployment } from './view.ts';

/** Everything about a deployment. @throws AppError not_found; forbidden for an API key of other environments */
export async function findDossier(context: TenantContext, id: string): Promise<Dossier> {
  const dossier = await findOptionalDossier(context.db, context.scope, id);
  if (dossier === null) throw notFound(`The deployment ${id}`);
  assertMayEnter(context, dossier.deployment.environment);
  return dossier;
}

export async function findDeployment(context: TenantContext, id: string): Promise<DeploymentView> {
  return presentDeployment(await findDossier(context, id));
}
