import { sql } from 'drizzle-orm';
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * Never holds a row: a batch inserts `ok = 0` here when what it expects is not so, and the CHECK undoes the batch.
 * See ./guard.ts.
 */
export const guards = sqliteTable('guards', { ok: integer().notNull() }, (table) => [
  check('guard_failed', sql`${table.ok} = 1`),
]);

/** What was answered to a write that carried an Idempotency-Key, sealed (AES-GCM), for a day. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    tenantId: text().notNull(),
    actorId: text().notNull(),
    key: text().notNull(),
    /** Of method, path and body: the same key with other contents is a mistake. */
    requestHash: text().notNull(),
    status: integer(),
    answer: text(),
    /** An unfinished claim may be taken over after this (ms). */
    leaseUntil: integer().notNull(),
    expiresAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.actorId, table.key] }),
    index('idempotency_keys_expiry').on(table.expiresAt),
  ],
);

/** What happened, written in the batch of what made it happen, until a relay has told it on. */
export const outbox = sqliteTable(
  'outbox',
  {
    tenantId: text().notNull(),
    /** Sorts by time; the event's identity for whoever receives it, perhaps more than once. */
    id: text().notNull(),
    type: text().notNull(),
    /** Of the shape; 0: written before there was a relay. */
    v: integer().notNull().default(0),
    /** JSON, in the shape of its type. */
    body: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] }), index('outbox_order').on(table.id)],
);

/** Messages that had their effect on a consumer, written in the batch of that effect: what comes again has none. */
export const processedMessages = sqliteTable(
  'processed_messages',
  {
    tenantId: text().notNull(),
    consumer: text().notNull(),
    id: text().notNull(),
    at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.consumer, table.id] }),
    index('processed_messages_at').on(table.at),
  ],
);

/** Why messages could not be handled when they last came: goes with them when they die. */
export const messageFailures = sqliteTable(
  'message_failures',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    code: text().notNull(),
    message: text().notNull(),
    attempts: integer().notNull(),
    at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] }), index('message_failures_at').on(table.at)],
);
