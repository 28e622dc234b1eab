import type { TenantContext } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import type { Job, Progress } from '../domain/job.ts';
import { type ExecutionRow, markRunning } from '../repo/executions.ts';

type Running = Pick<ExecutionRow, 'attempt' | 'startedAt' | 'modelName' | 'modelRevision' | 'provider' | 'model'>;

/** What a row says of an execution that has come so far. */
export function runningAs(job: Job, { attempt, modelIndex, startedAt }: Progress): Running {
  const { name, revision, provider, model } = job.models[modelIndex] ?? job.models[0];
  return { attempt, startedAt, modelName: name, modelRevision: revision, provider, model };
}

/** Says in D1 how far an execution has come. It may fail, or come late: what has ended stays so. */
export async function noteRunning({ db, scope }: TenantContext, job: Job, progress: Progress): Promise<void> {
  await batch(db, [markRunning(db, scope, job.executionId, runningAs(job, progress))]);
}
