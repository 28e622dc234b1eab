import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { DeadMessage, DeathCause } from './domain.ts';

/** Messages that could not be handled, however often they came. */
export const deadLetters = sqliteTable(
  'dead_letters',
  {
    tenantId: text().notNull(),
    /** The message's own: one that is sent again and dies again is the same dead letter. */
    id: text().notNull(),
    /** Of the queue that it died in. */
    queue: text().notNull(),
    type: text().notNull(),
    /** As it was received: at most 128 KB. */
    message: text({ mode: 'json' }).$type<DeadMessage>().notNull(),
    /** Why, when it was tried for the last time; null: that could not be kept. */
    error: text({ mode: 'json' }).$type<DeathCause>(),
    /** How often it was tried; null: as above. */
    attempts: integer(),
    failedAt: integer().notNull(),
    /** When it was sent again, since it died. */
    retriedAt: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('dead_letters_newest').on(table.tenantId, table.failedAt, table.id),
    // For the sweep, which looks at all tenants.
    index('dead_letters_failed_at').on(table.failedAt),
  ],
);

export type DeadLetter = typeof deadLetters.$inferSelect;
/** What a list leaves out, for it may be large. */
export type ListedDeadLetter = Omit<DeadLetter, 'message'>;
