import { utf8Length } from '../../kernel/bytes.ts';
import { commit } from '../../audit/public.ts';
import { derive, forActor, type TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { guard, isGuardFailure, isUniqueViolation } from '../../platform/db/guard.ts';
import { ROW_OUTPUT_MAX } from '../domain/execution.ts';
import type { Happening } from '../domain/events.ts';
import type { CancelCall, Ending, Entry, Job } from '../domain/job.ts';
import { storedText } from '../domain/storing.ts';
import { findLastEvent } from '../queries/last-event.ts';
import { keepAnswer } from '../queries/answers.ts';
import { type ExecutionRow, findOptionalExecution, isUnended, updateUnended } from '../repo/executions.ts';
import { entering } from './enter.ts';
import { type Ended, keepEnding } from './keep-ending.ts';

/**
 * Writes how an execution ended: a large output to R2 first, then the row and the event for analytics in one batch.
 * Safe to repeat: the first ending that D1 has stands.
 * @param entry what its row is written with, as far as anybody knows that it has none; else null
 * @returns that one, where it is another; else null
 */
export async function saveEnding(
  context: TenantContext,
  job: Job,
  ending: Ending,
  output: string,
  entry: Entry | null,
): Promise<Happening | null> {
  const { db, scope } = context;
  const { executionId, storeOutputs } = job;
  const stored = output === '' && ending.status !== 'completed' ? null : storedText(storeOutputs, output);
  const outputKey = stored !== null && utf8Length(stored) > ROW_OUTPUT_MAX ? keyOf(job) : null;
  if (outputKey !== null && stored !== null) await context.env.OUTPUTS.put(outputKey, stored);
  const { name, revision, provider, model } = job.models[ending.modelIndex] ?? job.models[0];
  const { status, attempt, cached, finishReason, usage, costMicros, error } = ending;
  const latencyMs = ending.finishedAt - job.createdAt;
  const timeToFirstTokenMs = ending.firstTokenAt === null ? null : ending.firstTokenAt - job.createdAt;
  const used = { inputTokens: usage?.inputTokens ?? null, outputTokens: usage?.outputTokens ?? null, costMicros };
  const ended: Omit<Ended, 'id' | 'createdAt'> = {
    status,
    cached,
    modelName: name,
    modelRevision: revision,
    provider,
    model,
    error: error === null ? null : { ...error, message: storedText(storeOutputs, error.message) ?? '' },
    ...used,
    latencyMs,
    timeToFirstTokenMs,
    finishedAt: ending.finishedAt,
  };
  const change: Partial<ExecutionRow> = {
    ...ended,
    attempt,
    output: outputKey === null ? stored : null,
    outputKey,
    toolCalls: ending.toolCalls.flatMap((call) => {
      const text = storedText(storeOutputs, call.arguments);
      return text === null ? [] : [{ ...call, arguments: text }];
    }),
    finishReason,
    lastSeq: ending.lastSeq,
    startedAt: ending.startedAt,
  };
  const origin = job.origin ?? (await findOptionalExecution(db, scope, executionId));
  const event = { id: executionId, createdAt: job.createdAt, ...ended };
  const told = origin === null ? [] : [keepEnding(context, origin, event)];
  if (entry === null || !(await saveWhole(context, job, entry, change, told))) {
    const { cancelledBy } = ending;
    try {
      await commit(
        cancelledBy === null ? context : inNameOf(context, cancelledBy),
        [guard(db, isUnended(scope, executionId)), updateUnended(db, scope, executionId, change), ...told],
        // Running to its end is no deed of anybody's: only a cancellation is.
        cancelledBy === null ? [] : { action: 'execution.cancel', entity: { type: 'execution', id: executionId } },
      );
    } catch (failure) {
      // It was written before: by this object in an earlier life, or as cancelled by one that never heard of it.
      if (!isGuardFailure(failure)) throw failure;
      return asItStands(context, executionId, status);
    }
  }
  // A fallback's answer is not what the first model says, and perhaps not the same every time.
  const isFirst = ending.modelIndex === 0 && job.cached === null;
  if (job.cacheKey !== null && isFirst && status === 'completed' && finishReason !== null) {
    await keepAnswer(context, job.cacheKey, { output, finishReason, usage, toolCalls: [...ending.toolCalls] });
  }
  return null;
}

/** Writes a row that has ended. @returns false: there is one, of this object's earlier life */
async function saveWhole(
  context: TenantContext,
  job: Job,
  entry: Entry,
  change: Partial<ExecutionRow>,
  told: readonly Statement[],
): Promise<boolean> {
  const { statements, deed, written } = entering(context, job, entry, change);
  try {
    await commit(context, [...statements, ...told], deed);
  } catch (error) {
    if (!isUniqueViolation(error, 'executions.id')) throw error;
    return false;
  }
  written();
  return true;
}

async function asItStands(context: TenantContext, id: string, ours: Ending['status']): Promise<Happening | null> {
  const last = await findLastEvent(context, id);
  if (last === null || STATUSES[last.type] === ours) return null;
  const { seq: _seq, at: _at, ...happening } = last;
  return happening;
}

const STATUSES: Partial<Record<Happening['type'], Ending['status']>> = {
  job_complete: 'completed',
  job_failed: 'failed',
  job_cancelled: 'cancelled',
};

const inNameOf = (context: TenantContext, { actor, requestId, traceId }: CancelCall): TenantContext =>
  forActor(derive(context, { requestId, traceId }), actor);

const keyOf = ({ tenantId, executionId }: Job): string => `executions/${tenantId}/${executionId}`;
