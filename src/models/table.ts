import { sql } from 'drizzle-orm';
import { integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { type Parameters, PROVIDERS } from './domain/model.ts';

/** A tenant's registered LLM endpoints, by name. */
export const models = sqliteTable(
  'models',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    name: text().notNull(),
    latestRevision: integer().notNull(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
    /** Set when deleted: the name is free again, the revisions stay for what refers to them. */
    deletedAt: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('models_name')
      .on(table.tenantId, table.name)
      .where(sql`deleted_at IS NULL`),
  ],
);

/** What a model was, change by change: never updated. */
export const modelRevisions = sqliteTable(
  'model_revisions',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    modelId: text().notNull(),
    /** From 1 without gaps. */
    revision: integer().notNull(),
    provider: text({ enum: PROVIDERS }).notNull(),
    /** As the provider calls it. */
    model: text().notNull(),
    /** Null: the credential's, else the provider's own. */
    baseUrl: text(),
    parameters: text({ mode: 'json' }).$type<Parameters>().notNull(),
    /** In tokens; null: unknown. */
    contextWindow: integer(),
    /** Micro-USD for a million tokens; both null: unknown, which is not 0. */
    inputMicrosPerMillion: integer(),
    outputMicrosPerMillion: integer(),
    /** Whether the tenant gave the prices, or the list that comes with Footlight; null: unknown. */
    priceSource: text({ enum: ['tenant', 'list'] }),
    /** Names of models to try in order when this one fails. */
    fallbacks: text({ mode: 'json' }).$type<string[]>().notNull(),
    contentHash: text().notNull(),
    /** The person who answers for it. */
    authorId: text().notNull(),
    createdBy: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('model_revisions_number').on(table.tenantId, table.modelId, table.revision),
  ],
);

/** Keys to providers, sealed with AES-GCM (src/platform/crypto.ts): one for each provider. */
export const providerCredentials = sqliteTable(
  'provider_credentials',
  {
    tenantId: text().notNull(),
    provider: text({ enum: PROVIDERS }).notNull(),
    sealedKey: text().notNull(),
    /** All that is ever shown of the key. */
    lastFour: text().notNull(),
    baseUrl: text(),
    updatedBy: text().notNull(),
    createdAt: integer().notNull(),
    updatedAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.provider] })],
);

export type Model = typeof models.$inferSelect;
export type ModelRevision = typeof modelRevisions.$inferSelect;
export type ProviderCredential = typeof providerCredentials.$inferSelect;
