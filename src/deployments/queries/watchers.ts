import type { Actor } from '../../kernel/actor.ts';
import type { Permission } from '../../kernel/permissions.ts';
import type { TenantContext } from '../../platform/context.ts';
import { listWatchersAllowed } from '../repo/watchers.ts';

/** Of those who listen on a WebSocket, the ids of those who still may: who still hold a permission. */
export async function findWatchersAllowed(
  context: TenantContext,
  watchers: readonly Pick<Actor, 'kind' | 'id'>[],
  permission: Permission = 'deployments:read',
): Promise<ReadonlySet<string>> {
  return listWatchersAllowed(
    context.db,
    context.scope,
    watchers.map(({ id }) => id),
    permission,
    context.now(),
  );
}
