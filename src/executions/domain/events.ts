import type { FinishReason, ToolCall } from '../../models/public.ts';
import type { ExecutionError, ExecutionUsage } from './execution.ts';

/** The model that an event speaks of. */
export interface EventModel {
  name: string;
  revision: number;
  provider: string;
  model: string;
}

/** What happens in an execution, before it has a number and a time. */
export type Happening =
  | { type: 'job_started'; model: EventModel; attempt: number }
  | { type: 'token_chunk'; text: string }
  | { type: 'job_restarted'; attempt: number; reason: string; model: EventModel }
  | {
      type: 'job_complete';
      output: string | null;
      usage: ExecutionUsage;
      latencyMs: number;
      timeToFirstTokenMs: number | null;
      finishReason: FinishReason | null;
      toolCalls: readonly ToolCall[];
      cached: boolean;
    }
  | { type: 'job_failed'; error: ExecutionError }
  | { type: 'job_cancelled' };

/** One line of an execution's log. `seq` starts at 1 and has no gaps; after a `job_restarted` the text starts anew. */
export type StreamEvent = { seq: number; at: string } & Happening;

/** Whether it is the last one. */
export const isLast = ({ type }: { type: Happening['type'] }): boolean =>
  type === 'job_complete' || type === 'job_failed' || type === 'job_cancelled';
