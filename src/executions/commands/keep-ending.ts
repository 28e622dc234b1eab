import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import type { Ending, Origin } from '../domain/job.ts';
import type { ExecutionRow } from '../repo/executions.ts';

type Told =
  | 'id'
  | 'cached'
  | 'modelName'
  | 'modelRevision'
  | 'provider'
  | 'model'
  | 'inputTokens'
  | 'outputTokens'
  | 'costMicros'
  | 'latencyMs'
  | 'timeToFirstTokenMs'
  | 'error'
  | 'createdAt';

/** How an execution ended, as its row has it. */
export type Ended = Pick<ExecutionRow, Told> & { status: Ending['status']; finishedAt: number };

/** The statement that keeps the event of an execution's end, for the batch that writes the end. */
export function keepEnding(context: TenantContext, origin: Origin, ended: Ended): Statement {
  const { status, modelName: name, modelRevision: revision, provider, model } = ended;
  const { inputTokens, outputTokens, costMicros } = ended;
  return keepEvent(context, `execution.${status}`, {
    executionId: ended.id,
    status,
    promptId: origin.promptId,
    prompt: origin.prompt,
    tag: origin.tag,
    versionId: origin.versionId,
    environment: origin.environment,
    variant: origin.variant,
    createdBy: origin.createdBy,
    personId: origin.personId,
    createdAt: ended.createdAt,
    finishedAt: ended.finishedAt,
    cached: ended.cached,
    model: { name, revision, provider, model },
    usage: { inputTokens, outputTokens, costMicros },
    latencyMs: ended.latencyMs,
    timeToFirstTokenMs: ended.timeToFirstTokenMs,
    errorCode: ended.error?.code ?? null,
  });
}
