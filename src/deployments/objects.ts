import type { Actor } from '../kernel/actor.ts';
import { forActor, newContext, type TenantContext } from '../platform/context.ts';
import { log } from '../platform/log/log.ts';
import { commitActivation } from './commands/commit-activation.ts';
import { decideCancel } from './commands/decide-cancel.ts';
import { decideDeploy } from './commands/decide-deploy.ts';
import { decideVote } from './commands/decide-vote.ts';
import { failActivation } from './commands/fail-activation.ts';
import { publishNames, publishSince } from './commands/publish.ts';
import { type PreparedActivation, startActivation } from './commands/start-activation.ts';
import type { Call } from './domain/deployment.ts';
import type { DeploymentPorts, EnvironmentPorts, WatcherCheck } from './domain/ports.ts';
import { findDeployment } from './queries/find.ts';
import { findGeneration } from './queries/generation.ts';
import { findWatchersAllowed } from './queries/watchers.ts';
import { deploymentObject } from './stub.ts';

export type { PreparedActivation };

/** What the two Durable Objects of this room do through it: each port is one command or query in a context of its own. */

const mayWatch: WatcherCheck = (env, tenantId, watchers) =>
  within(env, systemCall(tenantId), 'mayWatch', (context) => findWatchersAllowed(context, watchers));

export const deploymentPorts: DeploymentPorts = {
  vote: (env, call) => within(env, call, 'vote', (context) => decideVote(context, call)),
  cancel: (env, call) => within(env, call, 'cancel', (context) => decideCancel(context, call)),
  deploy: (env, call) => within(env, call, 'deploy', (context) => decideDeploy(context, call)),
  read: (env, tenantId, id) => within(env, systemCall(tenantId), 'read', (context) => findDeployment(context, id)),
  mayWatch,
};

export const environmentPorts: EnvironmentPorts<PreparedActivation> = {
  start: (env, call) => within(env, call, 'start', (context) => startActivation(context, call)),
  commit: (env, call, prepared) => within(env, call, 'commit', (context) => commitActivation(context, prepared)),
  isUnfinished: (env, call) =>
    within(env, call, 'isUnfinished', async (context) => {
      return (await findDeployment(context, call.deploymentId)).status === 'deploying';
    }),
  fail: (env, call, reason) =>
    within(env, call, 'fail', (context) => failActivation(context, call.deploymentId, reason)),
  publishSince: (env, environment, generation) =>
    within(env, systemCall(environment.tenantId), 'publish', (context) =>
      publishSince(context, environment, generation),
    ),
  publishNames: (env, environment, names) =>
    within(env, systemCall(environment.tenantId), 'republish', (context) => publishNames(context, environment, names)),
  announceDeployment: (env, call) =>
    within(env, call, 'announce', (context) =>
      deploymentObject(context, context.scope.tenantId, call.deploymentId).changed(
        context.scope.tenantId,
        call.deploymentId,
      ),
    ),
  mayWatch,
  generationOf: (env, environment) =>
    within(env, systemCall(environment.tenantId), 'generation', (context) => findGeneration(context, environment.name)),
};

type Asker = Pick<Call, 'actor' | 'requestId' | 'traceId'>;

const systemCall = (tenantId: string): Asker => ({
  actor: { kind: 'system', id: 'footlight', tenantId },
  requestId: null,
  traceId: null,
});

/** Runs one piece of an object's work, and logs what it cost. */
async function within<T>(
  env: Env,
  call: Asker,
  operation: string,
  work: (context: TenantContext) => Promise<T>,
): Promise<T> {
  const actor: Actor = call.actor;
  const { requestId, traceId } = call;
  // An object stays alive for what it awaits: nothing here is left to run on after the answer.
  const context = forActor(newContext(env, { requestId, traceId, waitUntil: () => undefined }), actor);
  try {
    return await work(context);
  } finally {
    const fields = { requestId, traceId, tenant: actor.tenantId, actor: actor.id, operation, ...context.operations };
    log(context.config.logLevel, 'info', 'object', fields);
  }
}
