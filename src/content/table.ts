import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { JsonValue } from '../kernel/canonical-json.ts';
import { type Content, ENTRY_TYPES, type VariableDeclaration } from './domain/content.ts';

/** Prompts and assets: what has a name and evolves. */
export const entries = sqliteTable(
  'entries',
  {
    /** The full-text index's key: an alias of SQLite's rowid, so that it is stable. */
    rowId: integer().primaryKey(),
    tenantId: text().notNull(),
    id: text().notNull(),
    type: text({ enum: ENTRY_TYPES }).notNull(),
    name: text().notNull(),
    kind: text({ enum: ['text', 'chat'] }).notNull(),
    title: text(),
    description: text(),
    category: text(),
    tags: text({ mode: 'json' }).$type<string[]>().notNull(),
    /** The locale of a version that names none. */
    locale: text().notNull(),
    latestNumber: integer().notNull().default(0),
    latestTag: text(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    /** Set when deleted: the name is free again, the versions stay for the history that refers to them. */
    deletedAt: integer(),
  },
  (table) => [
    uniqueIndex('entries_id').on(table.tenantId, table.id),
    uniqueIndex('entries_name')
      .on(table.tenantId, table.type, table.name)
      .where(sql`deleted_at IS NULL`),
    index('entries_category').on(table.tenantId, table.type, table.category, table.name),
  ],
);

export const entryTags = sqliteTable(
  'entry_tags',
  { tenantId: text().notNull(), type: text().notNull(), tag: text().notNull(), entryId: text().notNull() },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.type, table.tag, table.entryId] }),
    index('entry_tags_entry').on(table.tenantId, table.entryId),
  ],
);

/** Immutable, but for its translations until a deployment refers to it; contentHash covers them. */
export const versions = sqliteTable(
  'versions',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    entryId: text().notNull(),
    tag: text().notNull(),
    number: integer().notNull(),
    locale: text().notNull(),
    content: text({ mode: 'json' }).$type<Content>().notNull(),
    variables: text({ mode: 'json' }).$type<VariableDeclaration[]>().notNull(),
    model: text({ mode: 'json' }).$type<Record<string, JsonValue>>(),
    changeMessage: text(),
    contentHash: text().notNull(),
    /** Of content, variables, model and translations together, in bytes of JSON. */
    size: integer().notNull(),
    /** The actor that wrote it, and the person who answers for it. */
    createdBy: text().notNull(),
    authorId: text().notNull(),
    /** All who ever wrote into its translations, those of words that were replaced since included: for four eyes. */
    contributors: text({ mode: 'json' }).$type<string[]>().notNull().default([]),
    createdAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('versions_tag').on(table.tenantId, table.entryId, table.tag),
    uniqueIndex('versions_number').on(table.tenantId, table.entryId, table.number),
  ],
);

export const translations = sqliteTable(
  'translations',
  {
    tenantId: text().notNull(),
    versionId: text().notNull(),
    locale: text().notNull(),
    content: text({ mode: 'json' }).$type<Content>().notNull(),
    createdBy: text().notNull(),
    authorId: text().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.versionId, table.locale] })],
);

/** Which version includes what, in any locale: who must be served anew when an item is activated. */
export const includes = sqliteTable(
  'includes',
  {
    tenantId: text().notNull(),
    versionId: text().notNull(),
    type: text({ enum: ENTRY_TYPES }).notNull(),
    name: text().notNull(),
    /** Empty: whatever is active. */
    tag: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.versionId, table.type, table.name, table.tag] }),
    index('includes_target').on(table.tenantId, table.type, table.name, table.tag),
  ],
);

/**
 * Who holds a version fast. A `deployment` that refers to it keeps it from being translated further; being `active`
 * (by itself, or included by what is) keeps its entry from being deleted. Kept by the rooms above, through ./public.ts.
 */
export const holds = sqliteTable(
  'holds',
  {
    tenantId: text().notNull(),
    /** A deployment's id, or `<environment id>:<id of the active entry>`. */
    holder: text().notNull(),
    versionId: text().notNull(),
    entryId: text().notNull(),
    kind: text({ enum: ['deployment', 'active'] }).notNull(),
    /** For people: the deployment's id or the environment's name. */
    label: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.holder, table.versionId] }),
    index('holds_version').on(table.tenantId, table.versionId, table.kind),
    index('holds_entry').on(table.tenantId, table.entryId, table.kind),
  ],
);
