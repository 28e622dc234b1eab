import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { ROLES } from '../kernel/permissions.ts';

export const tenants = sqliteTable('tenants', {
  id: text().primaryKey(),
  name: text().notNull(),
  /** Which database holds the tenant's rows, for the day when there are several. */
  shard: integer().notNull().default(0),
  /** Whether owners may deploy without the missing approvals. */
  breakGlass: integer({ mode: 'boolean' }).notNull().default(true),
  createdAt: integer().notNull(),
  updatedAt: integer().notNull(),
});

export const memberships = sqliteTable(
  'memberships',
  {
    tenantId: text()
      .notNull()
      .references(() => tenants.id),
    userId: text().notNull(),
    role: text({ enum: ROLES }).notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.userId] }),
    // Login asks which tenants a person belongs to before there is a tenant.
    index('memberships_user').on(table.userId),
  ],
);

export const invitations = sqliteTable(
  'invitations',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    email: text().notNull(),
    role: text({ enum: ROLES }).notNull(),
    tokenHash: text().notNull(),
    invitedBy: text().notNull(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
    acceptedAt: integer(),
    revokedAt: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('invitations_token').on(table.tenantId, table.tokenHash),
  ],
);
