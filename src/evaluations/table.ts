import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Comparison } from './domain/comparison.ts';
import {
  EVALUATION_STATUSES,
  type FrozenEvaluator,
  type Given,
  type Pass,
  type PauseReason,
  RESULT_STATUSES,
  type ResultError,
} from './domain/evaluation.ts';

/** Versions on models, run over a dataset and scored. What it was made with does not change any more. */
export const evaluations = sqliteTable(
  'evaluations',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    promptId: text().notNull(),
    prompt: text().notNull(),
    datasetId: text().notNull(),
    dataset: text().notNull(),
    datasetVersion: integer().notNull(),
    evaluators: text({ mode: 'json' }).$type<FrozenEvaluator[]>().notNull(),
    locale: text(),
    items: integer().notNull(),
    passes: integer().notNull(),
    /** Results: items × passes. */
    total: integer().notNull(),
    /** How many results are in hand at once: result n, when it has ended, is followed by the next of n + width, n + 2 width … */
    width: integer().notNull(),
    status: text({ enum: EVALUATION_STATUSES }).notNull(),
    reason: text({ mode: 'json' }).$type<PauseReason>(),
    /** How many rows of results there are. */
    made: integer().notNull(),
    done: integer().notNull(),
    failed: integer().notNull(),
    /** Micro-USD: of the runs, and of those who judged them; as far as prices are known. */
    costMicros: integer().notNull(),
    judgeCostMicros: integer().notNull(),
    /** Grows whenever it is set going: messages from before then mean nothing any more. */
    epoch: integer().notNull(),
    /** How often it was set going again by the sweep since `doneThen`, and how many were done then. */
    fruitless: integer().notNull(),
    doneThen: integer().notNull(),
    /** When something of it was last in hand (ms). */
    heardAt: integer().notNull(),
    runnerKind: text({ enum: ['user', 'api_key'] }).notNull(),
    runnerId: text().notNull(),
    /** When the runner said so (ms): a role from a later membership does not count. */
    runnerSince: integer().notNull(),
    createdBy: text().notNull(),
    personId: text(),
    createdAt: integer().notNull(),
    startedAt: integer(),
    finishedAt: integer(),
    /** Made when it is first asked for after the end. */
    comparison: text({ mode: 'json' }).$type<Comparison>(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('evaluations_prompt').on(table.tenantId, table.promptId, table.id),
    index('evaluations_status').on(table.tenantId, table.status, table.id),
    // For the sweep, which looks at all tenants.
    index('evaluations_heard')
      .on(table.heardAt)
      .where(sql`status IN ('queued', 'running')`),
  ],
);

/** One tag on one model, of an evaluation. */
export const evaluationPasses = sqliteTable(
  'evaluation_passes',
  {
    tenantId: text().notNull(),
    evaluationId: text().notNull(),
    /** From 0. */
    pass: integer().notNull(),
    tag: text().notNull(),
    versionId: text().notNull(),
    contentHash: text().notNull(),
    /** What it includes, by reference, as it was. */
    includes: text({ mode: 'json' }).$type<Pass['includes']>(),
    model: text().notNull(),
    modelRevision: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.evaluationId, table.pass] })],
);

/** One item run in one pass: there from the start, ended once. */
export const evaluationResults = sqliteTable(
  'evaluation_results',
  {
    tenantId: text().notNull(),
    evaluationId: text().notNull(),
    /** From 0; which pass and item it is follows from it. */
    seq: integer().notNull(),
    itemId: text().notNull(),
    status: text({ enum: RESULT_STATUSES }).notNull(),
    /** Given before the run begins, so that it is run once. Null: nobody has taken it in hand. */
    executionId: text(),
    /** The judges' executions, by evaluator; given together with it. */
    judges: text({ mode: 'json' }).$type<Record<string, string>>(),
    /** In which epoch it was last taken in hand. */
    epoch: integer().notNull().default(0),
    /** How often it was run to no avail, and another time may help. */
    tries: integer().notNull().default(0),
    /** By evaluator, in the evaluation's order. */
    given: text({ mode: 'json' }).$type<Given[]>(),
    latencyMs: integer(),
    inputTokens: integer(),
    outputTokens: integer(),
    costMicros: integer(),
    judgeCostMicros: integer().notNull().default(0),
    error: text({ mode: 'json' }).$type<ResultError>(),
    finishedAt: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.evaluationId, table.seq] }),
    index('evaluation_results_status').on(table.tenantId, table.evaluationId, table.status, table.seq),
  ],
);

export type EvaluationRow = typeof evaluations.$inferSelect;
export type PassRow = typeof evaluationPasses.$inferSelect;
export type ResultRow = typeof evaluationResults.$inferSelect;
