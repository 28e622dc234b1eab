import { timestamp } from '../../kernel/time.ts';
import type { FinishReason } from '../../models/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { type StreamEvent } from '../domain/events.ts';
import { hasEnded } from '../domain/execution.ts';
import { readOwnExecution } from './find.ts';

/** What an execution's log ended with, made of its row: for those who come when the log is gone. Null: it has not ended. */
export async function findLastEvent(context: TenantContext, id: string): Promise<StreamEvent | null> {
  const row = await readOwnExecution(context, id);
  if (!hasEnded(row.status) || row.lastSeq === null) return null;
  const { lastSeq: seq, status, error, output, inputTokens, outputTokens, costMicros, cached } = row;
  const event = { seq, at: timestamp(row.finishedAt ?? row.createdAt) };
  if (status === 'cancelled') return { ...event, type: 'job_cancelled' };
  if (error !== null) return { ...event, type: 'job_failed', error };
  return {
    ...event,
    type: 'job_complete',
    output,
    usage: { inputTokens, outputTokens, costMicros },
    latencyMs: row.latencyMs ?? 0,
    timeToFirstTokenMs: row.timeToFirstTokenMs,
    finishReason: row.finishReason as FinishReason | null,
    toolCalls: row.toolCalls ?? [],
    cached,
  };
}
