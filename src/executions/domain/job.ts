import type { FinishReason, ProviderMessage, RunnableModel, ToolCall, Usage } from '../../models/public.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import type { ExecutionError, Storing } from './execution.ts';

/** What an execution's object is given to do: everything but the credentials, which it reads when it needs them. */
export interface Job {
  readonly tenantId: string;
  readonly executionId: string;
  /** Who asked, for the log. */
  readonly actorId: string;
  readonly requestId: string | null;
  readonly traceId: string | null;
  readonly messages: readonly ProviderMessage[];
  /** The model, then its fallbacks, each with the parameters it is asked with. */
  readonly models: readonly [RunnableModel, ...RunnableModel[]];
  /** How often a model is asked again after it failed. */
  readonly retries: number;
  /** Whether it may start anew after its first token. */
  readonly restartable: boolean;
  readonly createdAt: number;
  readonly deadlineAt: number;
  /** What an earlier run of the same was answered: it is played back, and nobody is asked. */
  readonly cached: CachedAnswer | null;
  /** Where the answer is kept for later runs of the same; null: nowhere. */
  readonly cacheKey: string | null;
  /** How much of its output is stored, as the tenant had it when it was accepted. */
  readonly storeOutputs: Storing;
  /** What the budget holds back for it until its cost is known, in micro-USD. */
  readonly reservedMicros: number;
  /** What it is a run of, for the event that tells of its end. Missing: it was accepted before there were such events. */
  readonly origin?: Origin;
}

/** What is written to D1 of an execution that was let in, beside its job. */
export interface Entry {
  readonly actorKind: Actor['kind'];
  readonly origin: Origin;
  readonly contentHash: string;
  readonly locale: string;
  readonly deploymentId: string | null;
  /** As far as they are stored. */
  readonly variables: Record<string, JsonValue> | null;
  readonly metadata: Record<string, JsonValue> | null;
  /** How much of the budget is used, where somebody must be told. */
  readonly warn: number | null;
}

/** What an execution is a run of, and whose. */
export interface Origin {
  readonly promptId: string;
  readonly prompt: string;
  readonly tag: string;
  readonly versionId: string;
  readonly environment: string | null;
  readonly variant: string | null;
  readonly createdBy: string;
  readonly personId: string | null;
}

export interface CachedAnswer {
  output: string;
  finishReason: FinishReason;
  usage: Usage | null;
  toolCalls: ToolCall[];
}

/** How far an execution has come: kept by its object. */
export interface Progress {
  /** From 1; grows with every try, whichever model. */
  readonly attempt: number;
  /** Which of the job's models. */
  readonly modelIndex: number;
  /** How often this model was asked, this time included. */
  readonly tries: number;
  /** How often the object was lost in the middle of it. */
  readonly losses: number;
  /** What earlier attempts cost that broke off after some text, as far as one can tell, in micro-USD. Missing: nothing. */
  readonly spentMicros?: number;
  readonly startedAt: number;
}

/** How it ended. The first one that is kept stands. */
export interface Ending {
  readonly status: 'completed' | 'failed' | 'cancelled';
  readonly attempt: number;
  readonly modelIndex: number;
  readonly finishReason: FinishReason | null;
  readonly usage: Usage | null;
  /** Of all attempts; null: the price or the use is unknown. */
  readonly costMicros: number | null;
  /** What the attempts before this one cost, as far as one can tell. Missing: nothing. */
  readonly spentMicros?: number;
  readonly toolCalls: readonly ToolCall[];
  readonly error: ExecutionError | null;
  readonly cached: boolean;
  readonly startedAt: number;
  readonly firstTokenAt: number | null;
  readonly finishedAt: number;
  /** Who cancelled it, for the audit trail. */
  readonly cancelledBy: CancelCall | null;
  /** The number of the event that tells of it, the last one. */
  readonly lastSeq: number;
}

export interface CancelCall {
  readonly actor: Actor;
  readonly requestId: string | null;
  readonly traceId: string | null;
}

/** Why an attempt came to nothing. */
export interface AttemptFailure extends ExecutionError {
  /** Whether the same model may be asked again, rather than the next one. */
  readonly askAgain: boolean;
  /** What the provider asked to wait, in milliseconds. */
  readonly retryAfterMs: number | null;
  /** Whether it tells against the provider: counted by the circuit breaker. */
  readonly providerDown: boolean;
  /** Whether it shows that the provider answers: what was asked will not do, or who asks. */
  readonly providerAlive: boolean;
}
