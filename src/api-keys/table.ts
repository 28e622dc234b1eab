import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import type { Permission } from '../kernel/permissions.ts';

export const apiKeys = sqliteTable(
  'api_keys',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    name: text().notNull(),
    /** The beginning of the key, to tell keys apart by. */
    prefix: text().notNull(),
    /** HMAC-SHA-256 of the secret under the pepper, base64url. */
    secretHash: text().notNull(),
    scopes: text({ mode: 'json' }).$type<Permission[]>().notNull(),
    environments: text({ mode: 'json' }).$type<string[]>(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
    expiresAt: integer(),
    revokedAt: integer(),
    /** When the edge's record was last known to agree with this row; null: it must be written. */
    publishedAt: integer(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] }), index('api_keys_unpublished').on(table.publishedAt)],
);
