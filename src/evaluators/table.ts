import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, real, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { EVALUATOR_TYPES, type Rule } from './domain/evaluator.ts';

/** A tenant's rules of scoring, by name. */
export const evaluators = sqliteTable(
  'evaluators',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    name: text().notNull(),
    /** For good: what a score means does not change under those who compare it. */
    type: text({ enum: EVALUATOR_TYPES }).notNull(),
    latestRevision: integer().notNull(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    /** Set when deleted: the name is free again, the revisions stay for what was scored by them. */
    deletedAt: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('evaluators_name')
      .on(table.tenantId, table.name)
      .where(sql`deleted_at IS NULL`),
  ],
);

/** What an evaluator was set up with, change by change: never updated. */
export const evaluatorRevisions = sqliteTable(
  'evaluator_revisions',
  {
    tenantId: text().notNull(),
    evaluatorId: text().notNull(),
    /** From 1 without gaps. */
    revision: integer().notNull(),
    config: text({ mode: 'json' }).$type<Rule['config']>().notNull(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.evaluatorId, table.revision] })],
);

/** The latest mean score of a version on a model, by an evaluator, on a dataset. */
export const versionScores = sqliteTable(
  'version_scores',
  {
    tenantId: text().notNull(),
    versionId: text().notNull(),
    evaluatorId: text().notNull(),
    datasetId: text().notNull(),
    /** The model's name. */
    model: text().notNull(),
    evaluatorRevision: integer().notNull(),
    datasetVersion: integer().notNull(),
    /** Names never change. */
    evaluator: text().notNull(),
    dataset: text().notNull(),
    evaluationId: text().notNull(),
    /** The version's hash then, where it was run in a locale: translations may change. Null: its own words, which do not. */
    contentHash: text(),
    /** 0 to 1, the mean over the items that have a score: so many of so many. */
    score: real().notNull(),
    n: integer().notNull(),
    total: integer().notNull(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.tenantId, table.versionId, table.evaluatorId, table.datasetId, table.model],
    }),
  ],
);

/** The evaluation that an environment requires of what is deployed to it. */
export const requiredEvaluations = sqliteTable(
  'required_evaluations',
  {
    tenantId: text().notNull(),
    environmentId: text().notNull(),
    environment: text().notNull(),
    evaluatorId: text().notNull(),
    evaluator: text().notNull(),
    /** As they were when this was required: only scores by these or later ones count. */
    evaluatorRevision: integer().notNull(),
    datasetId: text().notNull(),
    dataset: text().notNull(),
    datasetVersion: integer().notNull(),
    /** 0 to 1. */
    threshold: real().notNull(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.environmentId] }),
    index('required_evaluations_evaluator').on(table.tenantId, table.evaluatorId),
    index('required_evaluations_dataset').on(table.tenantId, table.datasetId),
  ],
);

export type EvaluatorRow = typeof evaluators.$inferSelect;
export type EvaluatorRevision = typeof evaluatorRevisions.$inferSelect;
export type VersionScore = typeof versionScores.$inferSelect;
export type RequiredEvaluation = typeof requiredEvaluations.$inferSelect;
