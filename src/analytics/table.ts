import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { KINDS } from './domain/fold.ts';

/** The numbers of one subject in one hour or one day (UTC): what every question is answered from. */
export const rollups = sqliteTable(
  'rollups',
  {
    tenantId: text().notNull(),
    kind: text({ enum: KINDS }).notNull(),
    /** Of what the kind says: a name, an id, or some of them divided by slashes. */
    subject: text().notNull(),
    grain: text({ enum: ['hour', 'day'] }).notNull(),
    /** Hours or days since the epoch. */
    bucket: integer().notNull(),
    fetches: integer().notNull(),
    renders: integer().notNull(),
    views: integer().notNull(),
    executions: integer().notNull(),
    errors: integer().notNull(),
    cached: integer().notNull(),
    inputTokens: integer().notNull(),
    outputTokens: integer().notNull(),
    costMicros: integer().notNull(),
    unpriced: integer().notNull(),
    feedbackCount: integer().notNull(),
    feedbackSum: integer().notNull(),
    feedbackSquares: integer().notNull(),
    events: integer().notNull(),
    /** A sketch: {"bucket":count}. */
    latency: text().notNull(),
  },
  (table) => [
    // One subject over time is one stretch of this.
    primaryKey({ columns: [table.tenantId, table.kind, table.subject, table.grain, table.bucket] }),
    // All subjects of a kind over a time are one of this.
    index('rollups_time').on(table.tenantId, table.kind, table.grain, table.bucket),
    // For the sweep, which looks at all tenants.
    index('rollups_age').on(table.grain, table.kind, table.bucket),
  ],
);

/** The events that were counted, each as it came, so that a day can be counted anew. */
export const analyticsEvents = sqliteTable(
  'analytics_events',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    type: text().notNull(),
    at: integer().notNull(),
    /** JSON, in the shape of its type. */
    body: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('analytics_events_time').on(table.tenantId, table.at, table.id),
    index('analytics_events_age').on(table.at),
  ],
);

/** The same of what is gathered where it happens: how often each thing did in each hour. One row an event would be millions. */
export const analyticsUses = sqliteTable(
  'analytics_uses',
  {
    tenantId: text().notNull(),
    /** Hours since the epoch. */
    hour: integer().notNull(),
    /** JSON: what was used, and by whom. */
    what: text().notNull(),
    count: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.hour, table.what] }),
    index('analytics_uses_age').on(table.hour),
  ],
);
