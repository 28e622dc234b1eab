import { DeploymentObjectBase } from '../durable-objects/deployment-object.ts';
import { EnvironmentObjectBase } from '../durable-objects/environment-object.ts';
import { ExecutionObjectBase } from '../durable-objects/execution-object.ts';
import { app } from './app.ts';
import { deploymentPorts, environmentPorts, type PreparedActivation } from './deployments/public.ts';
import { executionPorts } from './executions/public.ts';
import { answerAtOnce, answerExpress } from './edge/public.ts';
import { sweep } from './ops/public.ts';
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

export default {
  fetch: (request, env, context) =>
    answerAtOnce(request, env, context) ??
    answerExpress(request, env, context, (other) => app.fetch(other, env, context)),
  scheduled: (controller, env, context) =>
    sweep(
      newContext(env, {
        requestId: `cron_${controller.scheduledTime}`,
        traceId: null,
        waitUntil: (work) => context.waitUntil(work),
      }),
    ),
} satisfies ExportedHandler<Env>;
