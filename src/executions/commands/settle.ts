import type { TenantContext } from '../../platform/context.ts';
import { circuitOf } from '../domain/circuit.ts';
import { spentUntilBrokenOff } from '../domain/estimate.ts';
import type { Ending, Job } from '../domain/job.ts';
import { limitsObject } from '../stub.ts';

/** Gives an execution's place back, with what it cost as far as that is known. Safe to repeat. */
export async function settle(context: TenantContext, job: Job, ending: Ending, output: string): Promise<void> {
  const answered = ending.status === 'completed' && job.cached === null ? circuitOf(modelOf(job, ending)) : null;
  const costMicros = costOf(job, ending, output);
  await limitsObject(context, job.tenantId).settle(job.executionId, costMicros, answered, context.now());
}

/** The same for one that was never accepted: nobody has an execution, and the provider was asked all the same. */
export async function release(context: TenantContext, job: Job, ending: Ending, output: string): Promise<void> {
  await limitsObject(context, job.tenantId).release(job.executionId, costOf(job, ending, output));
}

const modelOf = ({ models }: Job, { modelIndex }: Ending) => models[modelIndex] ?? models[0];

const costOf = (job: Job, ending: Ending, output: string): number =>
  ending.costMicros ?? (ending.spentMicros ?? 0) + spentUntilBrokenOff(modelOf(job, ending), job.messages, output);
