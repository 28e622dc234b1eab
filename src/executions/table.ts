import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { JsonValue } from '../kernel/canonical-json.ts';
import { EXECUTION_STATUSES, type ExecutionError, STORING, type ToolCalls } from './domain/execution.ts';

/** One run of a prompt on a model. Its id sorts by time, so that lists and ranges of time need no index of their own. */
export const executions = sqliteTable(
  'executions',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    promptId: text().notNull(),
    prompt: text().notNull(),
    tag: text().notNull(),
    versionId: text().notNull(),
    contentHash: text().notNull(),
    locale: text().notNull(),
    /** Null: a version was named, not what is active. */
    environment: text(),
    /** The tag that was chosen for its subject, of versions that are served side by side; null: nothing was chosen. */
    variant: text(),
    deploymentId: text(),
    /** The model that answered, or the first one asked until one does. */
    modelName: text().notNull(),
    modelRevision: integer().notNull(),
    provider: text().notNull(),
    model: text().notNull(),
    status: text({ enum: EXECUTION_STATUSES }).notNull(),
    attempt: integer().notNull(),
    cached: integer({ mode: 'boolean' }).notNull(),
    /** What was asked with, as far as the tenant has inputs stored; null: not stored. */
    variables: text({ mode: 'json' }).$type<Record<string, JsonValue>>(),
    metadata: text({ mode: 'json' }).$type<Record<string, JsonValue>>(),
    /** As far as the tenant has outputs stored. Null: none yet, not stored, or in R2 under `outputKey`. */
    output: text(),
    outputKey: text(),
    toolCalls: text({ mode: 'json' }).$type<ToolCalls>(),
    finishReason: text(),
    error: text({ mode: 'json' }).$type<ExecutionError>(),
    inputTokens: integer(),
    outputTokens: integer(),
    /** Micro-USD; null: the price or the use is unknown. */
    costMicros: integer(),
    latencyMs: integer(),
    timeToFirstTokenMs: integer(),
    /** The number of the last event; null while it runs. */
    lastSeq: integer(),
    createdBy: text().notNull(),
    personId: text(),
    createdAt: integer().notNull(),
    startedAt: integer(),
    finishedAt: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('executions_prompt').on(table.tenantId, table.promptId, table.id),
    index('executions_environment').on(table.tenantId, table.environment, table.id),
    index('executions_status').on(table.tenantId, table.status, table.id),
    // For the sweep, which looks at all tenants: only what has not ended is in it.
    index('executions_unended')
      .on(table.id)
      .where(sql`status IN ('queued', 'running')`),
  ],
);

/** What a tenant allows its executions; the defaults where it has no row. */
export const executionSettings = sqliteTable('execution_settings', {
  tenantId: text().primaryKey(),
  storeInputs: text({ enum: STORING }).notNull(),
  storeOutputs: text({ enum: STORING }).notNull(),
  concurrentExecutions: integer().notNull(),
  executionsPerMinute: integer().notNull(),
  /** Micro-USD in a calendar month (UTC); null: no end. */
  monthlyCostMicros: integer(),
  /** Runs in a calendar month (UTC); null: no end. */
  monthlyExecutions: integer(),
  updatedBy: text().notNull(),
  updatedAt: integer().notNull(),
});

export type ExecutionRow = typeof executions.$inferSelect;
/** What a list leaves out, for it may be large. */
export type ListedExecution = Omit<ExecutionRow, 'output' | 'toolCalls' | 'variables'>;
export type SettingsRow = typeof executionSettings.$inferSelect;
