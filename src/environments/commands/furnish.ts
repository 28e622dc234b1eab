import type { TenantScope } from '../../kernel/actor.ts';
import { newId } from '../../kernel/ids.ts';
import type { Context } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { DEFAULT_APPROVALS, ENVIRONMENT_KINDS } from '../domain.ts';
import { insertEnvironments } from '../repo.ts';
import type { Environment } from '../repo.ts';

/** Every tenant starts with an environment of each kind, named after it. */
export function furnishEnvironments(context: Context, scope: TenantScope): Statement[] {
  const now = context.now();
  const rows = ENVIRONMENT_KINDS.map((kind): Environment => ({
    tenantId: scope.tenantId,
    id: newId('environment', now),
    name: kind,
    kind,
    requiredApprovals: DEFAULT_APPROVALS[kind],
    generation: 0,
    createdAt: now,
    updatedAt: now,
  }));
  return [insertEnvironments(context.db, rows)];
}
