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
