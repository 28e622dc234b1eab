import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import type { DeploymentStatus } from '../domain/deployment.ts';

interface Moved {
  readonly id: string;
  readonly environment: string;
  readonly status: DeploymentStatus;
  readonly rollbackOf: string | null;
}

/**
 * The statement that keeps the event of a deployment's move, for the batch that makes it.
 * @param generation the environment's, where the move took one
 */
export const keepMove = (
  context: TenantContext,
  { id, environment, status, rollbackOf }: Moved,
  generation: number | null = null,
): Statement =>
  keepEvent(context, `deployment.${status}`, {
    deploymentId: id,
    environment,
    status,
    generation,
    rollbackOf,
    movedBy: context.actor.id,
  });
