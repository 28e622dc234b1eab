import { type Counts, type Metric, SCORE_UNIT } from './metrics.ts';

/** Whose numbers a fact adds to. Null: it is of none. */
export interface Subjects {
  environment: string | null;
  promptId: string | null;
  /** The tag that an experiment chose; null outside of one. */
  variant: string | null;
  model: string | null;
  /** The person who answers for it. */
  personId: string | null;
  apiKeyId: string | null;
  /** The type of something that happened. */
  event: string | null;
}

/** Something that counts: what an event comes down to. */
export interface Fact {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly of: Partial<Subjects>;
  readonly counts: Readonly<Partial<Counts>>;
  /** Milliseconds; null: nothing to measure. */
  readonly latencyMs: number | null;
}

export type Use = 'fetch' | 'render' | 'view';

const USES: Record<Use, Metric> = { fetch: 'fetches', render: 'renders', view: 'views' };

/** A prompt was used `count` times within a moment. */
export const useFact = (at: number, use: Use, count: number, of: Partial<Subjects>): Fact => ({
  at,
  of,
  counts: { [USES[use]]: count },
  latencyMs: null,
});

export interface EndedExecution {
  status: 'completed' | 'failed' | 'cancelled';
  cached: boolean;
  /** Null: not known. */
  inputTokens: number | null;
  outputTokens: number | null;
  costMicros: number | null;
  latencyMs: number | null;
}

/** An execution ended. Latency is told of those that completed; one that was never asked of a provider has no price. */
export function executionFact(at: number, execution: EndedExecution, of: Partial<Subjects>): Fact {
  const { status, cached, inputTokens, outputTokens, costMicros, latencyMs } = execution;
  const completed = status === 'completed';
  return {
    at,
    of,
    counts: {
      executions: 1,
      errors: status === 'failed' ? 1 : 0,
      cached: cached ? 1 : 0,
      inputTokens: inputTokens ?? 0,
      outputTokens: outputTokens ?? 0,
      costMicros: costMicros ?? 0,
      unpriced: completed && costMicros === null ? 1 : 0,
    },
    latencyMs: completed ? latencyMs : null,
  };
}

/** Somebody said how good an answer was. @param score from 0 to 1, kept to four decimals */
export function feedbackFact(at: number, score: number, of: Partial<Subjects>): Fact {
  const units = Math.round(score * SCORE_UNIT);
  return { at, of, counts: { feedbackCount: 1, feedbackSum: units, feedbackSquares: units * units }, latencyMs: null };
}

/** Something else happened. */
export const eventFact = (at: number, event: string, of: Partial<Subjects>): Fact => ({
  at,
  of: { ...of, event },
  counts: { events: 1 },
  latencyMs: null,
});
