import { effectivePermissions } from '../../api-keys/public.ts';
import { type Actor, can } from '../../kernel/actor.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Evaluation } from '../repo/evaluations.ts';
import { selectKey, selectPerson } from '../repo/runner.ts';

/** In whose name an evaluation runs, with what they may do now; null: they may not run it any more. */
export async function findOptionalRunner(
  context: TenantContext,
  { id, runnerKind, runnerId, runnerSince }: Evaluation,
): Promise<Actor | null> {
  const { tenantId } = context.scope;
  const actor = await (runnerKind === 'user'
    ? findPerson(context, runnerId, runnerSince, { tenantId, sessionId: id })
    : findKey(context, runnerId));
  return actor !== null && can(actor, 'evaluations:run') && can(actor, 'executions:run') ? actor : null;
}

async function findPerson(
  { db, scope }: TenantContext,
  id: string,
  since: number,
  of: { tenantId: string; sessionId: string },
): Promise<Actor | null> {
  const [person] = await selectPerson(db, scope, id, since);
  return person === undefined ? null : { kind: 'user', id, ...of, role: person.role };
}

async function findKey(context: TenantContext, id: string): Promise<Actor | null> {
  const { db, scope } = context;
  const [key] = await selectKey(db, scope, id, context.now());
  if (key === undefined) return null;
  const { scopes, environments, makerId, makerRole } = key;
  const permissions = effectivePermissions(scopes, makerRole);
  return { kind: 'api_key', id, tenantId: scope.tenantId, permissions, environments, makerId };
}
