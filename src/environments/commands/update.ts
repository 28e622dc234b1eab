import { commit } from '../../audit/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { type ApprovalChanges, changeApprovals } from '../domain.ts';
import { findEnvironment } from '../queries/find.ts';
import { updateApprovals } from '../repo.ts';
import type { Environment } from '../repo.ts';

/**
 * Changes an environment's approval policy. What was requested under a stricter one keeps needing that many:
 * see src/deployments/commands/decide-deploy.ts.
 */
export async function updateEnvironment(
  context: TenantContext,
  name: string,
  input: { requiredApprovals: ApprovalChanges },
): Promise<Environment> {
  const before = await findEnvironment(context, name);
  const requiredApprovals = changeApprovals(before.requiredApprovals, input.requiredApprovals);
  const now = context.now();
  await commit(context, [updateApprovals(context.db, context.scope, before.id, requiredApprovals, now)], {
    action: 'environment.update',
    entity: { type: 'environment', id: before.id },
    data: { name, from: JSON.stringify(before.requiredApprovals), to: JSON.stringify(requiredApprovals) },
  });
  return { ...before, requiredApprovals, updatedAt: now };
}
