import type { Actor } from '../../kernel/actor.ts';

export const EVALUATION_STATUSES = ['queued', 'running', 'paused', 'completed', 'cancelled'] as const;
export type EvaluationStatus = (typeof EVALUATION_STATUSES)[number];

/** It stays as it is. */
export const isOver = (status: EvaluationStatus): boolean => status === 'completed' || status === 'cancelled';

export const RESULT_STATUSES = ['queued', 'completed', 'failed'] as const;
export type ResultStatus = (typeof RESULT_STATUSES)[number];

export const LIMITS = {
  tags: 5,
  models: 5,
  evaluators: 10,
  /** Items × passes. */
  results: 50_000,
  /** Of a tenant at once: queued, running or paused. */
  unfinished: 20,
} as const;

/** Why it stands still: the code for programs, the message for people. */
export interface PauseReason {
  code: string;
  message: string;
}

/** Why there is no score, or not every one. */
export interface ResultError {
  code: string;
  message: string;
}

/** In whose name it runs: that they still may is looked at whenever something is run. */
export interface Runner {
  kind: Exclude<Actor['kind'], 'system'>;
  id: string;
}

/** An evaluator as it was when the evaluation was made. */
export interface FrozenEvaluator {
  id: string;
  name: string;
  revision: number;
  type: string;
  /** Of a judge: its model's revision. */
  modelRevision: number | null;
}

/** One tag on one model. */
export interface Pass {
  /** From 0. */
  pass: number;
  tag: string;
  versionId: string;
  /** Of the version with its translations, as it was. */
  contentHash: string;
  /** What it includes, by reference: null as long as nothing is. */
  includes: Record<string, { tag: string; contentHash: string }> | null;
  model: string;
  modelRevision: number;
}

/** What one evaluator said of one result. */
export interface Given {
  /** 0 to 1; null: it could not say. */
  score: number | null;
  passed: boolean | null;
  detail: string;
  /** Of a judge: where it was asked. */
  executionId?: string;
  /** It came to nothing, which makes the result a failed one. */
  error?: ResultError;
}

/** How far it has come. */
export interface Progress {
  status: EvaluationStatus;
  /** Results that have come to an end, the failed ones among them. */
  done: number;
  failed: number;
  total: number;
  costMicros: number;
  judgeCostMicros: number;
  reason: PauseReason | null;
}

/**
 * Which pass and item a result is of. They are numbered item by item, pass by pass within, so that the passes are asked about
 * the same at about the same time: what a provider's good and bad hours do to one they do to all.
 */
export const placeOf = (seq: number, passes: number): { pass: number; item: number } => ({
  pass: seq % passes,
  item: Math.floor(seq / passes),
});

/** How many results are in hand at once: a quarter of what may run at once, so that the tenant's users are not kept waiting. */
export const widthFor = (concurrentExecutions: number): number =>
  Math.max(1, Math.min(50, Math.floor(concurrentExecutions / 4)));

/** How long an evaluation may say nothing before somebody looks after it (ms): longer than any run and any wait takes. */
export const SILENCE_MS = 3 * 60_000;
/** So often it is set going again without getting any further. */
export const FRUITLESS_MAX = 3;
