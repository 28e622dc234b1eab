import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/** People. Global: they belong to tenants through memberships, so no tenant leads this table. */
export const users = sqliteTable(
  'users',
  {
    id: text().primaryKey(),
    /** Lower case. */
    email: text().notNull(),
    name: text().notNull(),
    /** Algorithm, parameters, salt and hash: see src/auth/domain/password.ts. */
    passwordHash: text().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [uniqueIndex('users_email').on(table.email)],
);
