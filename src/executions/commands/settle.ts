import type { TenantContext } from '../../platform/context.ts';
import { circuitOf } from '../domain/circuit.ts';
import { spentUntilBrokenOff } from '../domain/estimate.ts';
import type { Ending, Job } from '../domain/job.ts';
import { limitsObject } from '../stub.ts';

/** Gives an execution's place back, with what it cost as far as that is known. Safe to repeat. */
export async function settle(context: TenantContext, job: Job, ending: Ending, output: string): Promise<void> {
  const model = job.models[ending.modelIndex] ?? job.models[0];
  const costMicros = ending.costMicros ?? spentUntilBrokenOff(model.prices, job.messages, output);
  const answered = ending.status === 'completed' && job.cached === null ? circuitOf(model) : null;
  await limitsObject(context, job.tenantId).settle(job.executionId, costMicros, answered, context.now());
}
