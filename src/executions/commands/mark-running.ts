import type { TenantContext } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import type { Job, Progress } from '../domain/job.ts';
import { markRunning } from '../repo/executions.ts';

/** Says in D1 how far an execution has come. It may fail, or come late: what has ended stays so. */
export async function noteRunning({ db, scope }: TenantContext, job: Job, progress: Progress): Promise<void> {
  const { attempt, modelIndex, startedAt } = progress;
  const { name, revision, provider, model } = job.models[modelIndex] ?? job.models[0];
  const now = { attempt, startedAt, modelName: name, modelRevision: revision, provider, model };
  await batch(db, [markRunning(db, scope, job.executionId, now)]);
}
