import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** How good somebody found an answer. Its id sorts by time. For whom it was is not kept. */
export const feedback = sqliteTable(
  'feedback',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    /** Null: a subject was named, and what it is served now. */
    executionId: text(),
    promptId: text().notNull(),
    prompt: text().notNull(),
    /** Null: of an execution that named a version, not what is active. */
    environment: text(),
    tag: text().notNull(),
    versionId: text().notNull(),
    /** The tag that an experiment chose; null: nothing was chosen. */
    variant: text(),
    /** 0 to 1. */
    score: real().notNull(),
    /** As far as the tenant has inputs stored. */
    comment: text(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('feedback_prompt').on(table.tenantId, table.promptId, table.id),
    index('feedback_environment').on(table.tenantId, table.environment, table.id),
    index('feedback_execution').on(table.tenantId, table.executionId, table.id),
  ],
);

export type FeedbackRow = typeof feedback.$inferSelect;
