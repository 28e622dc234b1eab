import { findWatchersAllowed } from '../deployments/public.ts';
import { forActor, newContext, type TenantContext } from '../platform/context.ts';
import type { EvaluationPorts } from './domain/ports.ts';
import { findOptionalProgress } from './queries/progress.ts';

/** What an evaluation's object does through this room: each port is one query in a context of its own. */
export const evaluationPorts: EvaluationPorts = {
  read: (env, tenantId, evaluationId) => findOptionalProgress(contextFor(env, tenantId), evaluationId),
  mayWatch: (env, tenantId, watchers) => findWatchersAllowed(contextFor(env, tenantId), watchers, 'evaluations:read'),
};

function contextFor(env: Env, tenantId: string): TenantContext {
  // An object stays alive for what it awaits: nothing here is left to run on.
  const context = newContext(env, { requestId: null, traceId: null, waitUntil: () => undefined });
  return forActor(context, { kind: 'system', id: 'footlight', tenantId });
}
