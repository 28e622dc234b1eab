import { DeploymentObjectBase } from '../durable-objects/deployment-object.ts';
import { EnvironmentObjectBase } from '../durable-objects/environment-object.ts';
import { EvaluationObjectBase } from '../durable-objects/evaluation-object.ts';
import { ExecutionObjectBase } from '../durable-objects/execution-object.ts';
import { deploymentPorts, environmentPorts, type PreparedActivation } from './deployments/objects.ts';
import { answerAtOnce, answerExpress } from './edge/public.ts';
import { evaluationPorts } from './evaluations/objects.ts';
import { executionPorts } from './executions/objects.ts';
import { loadOnce } from './kernel/load-once.ts';
import { type Context, newContext } from './platform/context.ts';
import { log } from './platform/log/log.ts';
import { backoff } from './platform/queue/backoff.ts';

export class DeploymentObject extends DeploymentObjectBase {
  protected override readonly ports = deploymentPorts;
}

export class EnvironmentObject extends EnvironmentObjectBase<PreparedActivation> {
  protected override readonly ports = environmentPorts;
}

export class ExecutionObject extends ExecutionObjectBase {
  protected override readonly ports = executionPorts;
}

export class EvaluationObject extends EvaluationObjectBase {
  protected override readonly ports = evaluationPorts;
}

export { LimitsObject } from '../durable-objects/limits-object.ts';

/** Who receives what, by how a queue's name ends: loaded with its first messages. */
const CONSUMERS: Readonly<Record<string, () => Promise<{ receive: Receive }>>> = {
  '-events': loadOnce(() => import('./analytics/consumer.ts')),
  '-evaluations': loadOnce(() => import('./evaluations/consumer.ts')),
  '-events-dead': loadOnce(() => import('./dead-letters/consumer.ts')),
  '-evaluations-dead': loadOnce(() => import('./dead-letters/consumer.ts')),
};

type Receive = (messages: MessageBatch, context: Context) => Promise<void>;

async function receive(messages: MessageBatch, context: Context): Promise<void> {
  const found = Object.entries(CONSUMERS).find(([end]) => messages.queue.endsWith(end));
  if (found !== undefined) return (await found[1]()).receive(messages, context);
  // Perhaps of a later version of this Worker, that was taken back: they keep.
  log('info', 'error', 'queue without a consumer', { queue: messages.queue, messages: messages.messages.length });
  for (const message of messages.messages) message.retry({ delaySeconds: backoff(message.attempts) });
}

const loadApp = loadOnce(() => import('./app.ts'));
const loadOps = loadOnce(() => import('./ops/public.ts'));

// The edge's hot path starts with the isolate. All else, above all the schemas of every route, takes several times as long to make, and is made
// when it is first asked for.
export default {
  fetch: (request, env, context) =>
    answerAtOnce(request, env, context) ??
    answerExpress(request, env, context, async (other) => (await loadApp()).app.fetch(other, env, context)),
  scheduled: async (controller, env, context) => {
    const { sweep } = await loadOps();
    await sweep(
      newContext(env, {
        requestId: `cron_${controller.scheduledTime}`,
        traceId: null,
        waitUntil: (work) => context.waitUntil(work),
      }),
    );
  },
  queue: (messages, env, context) =>
    receive(
      messages,
      newContext(env, {
        requestId: `queue_${messages.messages[0]?.id ?? messages.queue}`,
        traceId: null,
        waitUntil: (work) => context.waitUntil(work),
      }),
    ),
} satisfies ExportedHandler<Env>;
