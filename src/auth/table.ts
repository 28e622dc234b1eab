import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** A login and all the refresh tokens that followed from it: their family. */
export const sessions = sqliteTable(
  'sessions',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    userId: text().notNull(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
    revokedAt: integer(),
    revokedReason: text({ enum: ['logout', 'token_reused'] }),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.id] }), index('sessions_expiry').on(table.expiresAt)],
);

/** Refresh tokens by their hash. Each is used once; a second use gives its session away as stolen. */
export const refreshTokens = sqliteTable(
  'refresh_tokens',
  {
    tenantId: text().notNull(),
    hash: text().notNull(),
    sessionId: text().notNull(),
    createdAt: integer().notNull(),
    expiresAt: integer().notNull(),
    usedAt: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.hash] }),
    index('refresh_tokens_expiry').on(table.expiresAt),
  ],
);

/** Failed logins by account and by address, both hashed. No tenant is known yet at a login. */
export const loginThrottles = sqliteTable(
  'login_throttles',
  {
    key: text().primaryKey(),
    failures: integer().notNull(),
    lastFailureAt: integer().notNull(),
    blockedUntil: integer().notNull(),
  },
  (table) => [index('login_throttles_age').on(table.lastFailureAt)],
);
