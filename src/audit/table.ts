import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** Who did what. Written in the batch of the change; the sealer fills in seq, previousHash and hash within a minute. */
export const auditEvents = sqliteTable(
  'audit_events',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    at: integer().notNull(),
    action: text().notNull(),
    outcome: text({ enum: ['done', 'refused'] }).notNull(),
    risk: text({ enum: ['low', 'medium', 'high', 'critical'] }).notNull(),
    actorKind: text({ enum: ['user', 'api_key', 'system'] }).notNull(),
    actorId: text().notNull(),
    entityType: text().notNull(),
    entityId: text().notNull(),
    data: text({ mode: 'json' }).$type<Record<string, unknown>>().notNull(),
    requestId: text(),
    traceId: text(),
    seq: integer(),
    previousHash: text(),
    hash: text(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('audit_events_seq').on(table.tenantId, table.seq),
    index('audit_events_entity').on(table.tenantId, table.entityId, table.id),
    index('audit_events_actor').on(table.tenantId, table.actorId, table.id),
    index('audit_events_at').on(table.tenantId, table.at, table.id),
    index('audit_events_unsealed')
      .on(table.tenantId, table.id)
      .where(sql`seq IS NULL`),
  ],
);

/** The end of each tenant's sealed chain. */
export const auditHeads = sqliteTable('audit_heads', {
  tenantId: text().primaryKey(),
  seq: integer().notNull(),
  hash: text().notNull(),
});

export type StoredEvent = typeof auditEvents.$inferSelect;
