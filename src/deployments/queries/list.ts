import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { DeploymentStatus, DeploymentView } from '../domain/deployment.ts';
import { listDeployments } from '../repo/deployments.ts';
import { presentDeployment } from './view.ts';

/** Deployments, newest first; for an API key that is bound to environments, those of these. */
export async function listPage(
  context: TenantContext,
  query: {
    environment?: string | undefined;
    status?: DeploymentStatus | undefined;
    limit: number;
    cursor?: string | undefined;
  },
): Promise<Page<DeploymentView>> {
  const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, ['string']);
  const { actor, db, scope } = context;
  const rows = await listDeployments(db, scope, {
    environment: query.environment,
    environments: actor.kind === 'api_key' ? actor.environments : null,
    status: query.status,
    before,
    limit: query.limit + 1,
  });
  return toPage(rows, query.limit, ({ deployment }) => [deployment.id], presentDeployment);
}
