import { integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { RequiredApprovals } from './domain.ts';

export const environments = sqliteTable(
  'environments',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    name: text().notNull(),
    kind: text({ enum: ['development', 'staging', 'production'] }).notNull(),
    requiredApprovals: text({ mode: 'json' }).$type<RequiredApprovals>().notNull(),
    /** Grows by one with every activation. */
    generation: integer().notNull().default(0),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('environments_name').on(table.tenantId, table.name),
  ],
);

export type Environment = typeof environments.$inferSelect;
