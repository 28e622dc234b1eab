export const EXECUTION_STATUSES = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

export const hasEnded = (status: ExecutionStatus): boolean => status !== 'queued' && status !== 'running';

/** How much of inputs or outputs a tenant has kept. */
export const STORING = ['none', 'masked', 'whole'] as const;
export type Storing = (typeof STORING)[number];

/** Why an execution failed: the code for programs, the message for people. */
export interface ExecutionError {
  readonly code: string;
  readonly message: string;
  /** Whether running it again may help. */
  readonly retryable: boolean;
}

export type ToolCalls = { id: string; name: string; arguments: string }[];

/** Null: the provider did not say, or the price is unknown. */
export interface ExecutionUsage {
  inputTokens: number | null;
  outputTokens: number | null;
  /** Micro-USD. */
  costMicros: number | null;
}

/** A run lasts two minutes unless it is told otherwise, ten at most (ms). */
export const TIMEOUT = { least: 1_000, usual: 120_000, most: 600_000 } as const;
/** How often a model is asked again. */
export const RETRIES = { usual: 2, most: 5 } as const;
/** The most that a model is sent, in bytes as a Durable Object keeps it, which takes one value of 2 MB. */
export const MESSAGES_MAX = 1_500_000;
/** The most that a model may answer, in UTF-16 units. */
export const OUTPUT_MAX = 8 * 1024 * 1024;
/** Longer outputs are kept in R2, in bytes. */
export const ROW_OUTPUT_MAX = 256 * 1024;
/** How long a log can be replayed after the end (ms). */
export const LOG_KEPT_MS = 10 * 60_000;
