import { DeploymentObjectBase } from '../durable-objects/deployment-object.ts';
import { EnvironmentObjectBase } from '../durable-objects/environment-object.ts';
import { ExecutionObjectBase } from '../durable-objects/execution-object.ts';
import { deploymentPorts, environmentPorts, type PreparedActivation } from './deployments/objects.ts';
import { answerAtOnce, answerExpress } from './edge/public.ts';
import { executionPorts } from './executions/objects.ts';
import { newContext } from './platform/context.ts';

export class DeploymentObject extends DeploymentObjectBase {
  protected override readonly ports = deploymentPorts;
}

export class EnvironmentObject extends EnvironmentObjectBase<PreparedActivation> {
  protected override readonly ports = environmentPorts;
}

export class ExecutionObject extends ExecutionObjectBase {
  protected override readonly ports = executionPorts;
}

export { LimitsObject } from '../durable-objects/limits-object.ts';

// The edge's hot path starts with the isolate. All else, above all the schemas of every route, takes several times as long to make, and is made
// when it is first asked for.
export default {
  fetch: (request, env, context) =>
    answerAtOnce(request, env, context) ??
    answerExpress(request, env, context, async (other) => (await import('./app.ts')).app.fetch(other, env, context)),
  scheduled: async (controller, env, context) => {
    const { sweep } = await import('./ops/public.ts');
    await sweep(
      newContext(env, {
        requestId: `cron_${controller.scheduledTime}`,
        traceId: null,
        waitUntil: (work) => context.waitUntil(work),
      }),
    );
  },
} satisfies ExportedHandler<Env>;
