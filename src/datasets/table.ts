import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { JsonObject } from './domain/item.ts';

/** A tenant's sets of test cases, by name. */
export const datasets = sqliteTable(
  'datasets',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    name: text().notNull(),
    description: text(),
    /** Grows by one with every change of items; 0: there were none yet. */
    version: integer().notNull(),
    /** In that version. */
    items: integer().notNull(),
    /** In all versions together. */
    storedItems: integer().notNull(),
    storedBytes: integer().notNull(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    /** Set when deleted: the name is free again, the items stay a while for what is being evaluated. */
    deletedAt: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('datasets_name')
      .on(table.tenantId, table.name)
      .where(sql`deleted_at IS NULL`),
    index('datasets_deleted')
      .on(table.deletedAt)
      .where(sql`deleted_at IS NOT NULL AND stored_items > 0`),
  ],
);

export const VERSION_CHANGES = ['add', 'replace', 'change', 'remove'] as const;

/** What made each version: never updated. */
export const datasetVersions = sqliteTable(
  'dataset_versions',
  {
    tenantId: text().notNull(),
    datasetId: text().notNull(),
    version: integer().notNull(),
    change: text({ enum: VERSION_CHANGES }).notNull(),
    added: integer().notNull(),
    removed: integer().notNull(),
    /** In the version. */
    items: integer().notNull(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.datasetId, table.version] })],
);

/** Test cases, from one version to another (null: still). Their ids sort as they were added. */
export const datasetItems = sqliteTable(
  'dataset_items',
  {
    tenantId: text().notNull(),
    datasetId: text().notNull(),
    id: text().notNull(),
    fromVersion: integer().notNull(),
    toVersion: integer(),
    input: text({ mode: 'json' }).$type<JsonObject>().notNull(),
    expected: text(),
    metadata: text({ mode: 'json' }).$type<JsonObject>(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.datasetId, table.id, table.fromVersion] })],
);

export type DatasetRow = typeof datasets.$inferSelect;
export type DatasetVersionRow = typeof datasetVersions.$inferSelect;
export type DatasetItemRow = typeof datasetItems.$inferSelect;
