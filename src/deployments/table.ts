import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { RISK_LEVELS } from '../environments/public.ts';
import { DEPLOYMENT_STATUSES, ITEM_TYPES, type RiskReason } from './domain/deployment.ts';
import type { Experiment } from './domain/experiment.ts';

export const deployments = sqliteTable(
  'deployments',
  {
    tenantId: text().notNull(),
    id: text().notNull(),
    environmentId: text().notNull(),
    environment: text().notNull(),
    status: text({ enum: DEPLOYMENT_STATUSES }).notNull(),
    title: text(),
    description: text(),
    declaredRisk: text({ enum: RISK_LEVELS }),
    riskLevel: text({ enum: RISK_LEVELS }).notNull(),
    riskReasons: text({ mode: 'json' }).$type<RiskReason[]>().notNull(),
    requiredApprovals: integer().notNull(),
    autoDeploy: integer({ mode: 'boolean' }).notNull(),
    /** What the votes are for: the hash of items, target and risk. */
    boundHash: text().notNull(),
    /** The actor that asked, and the person who answers for it. */
    requestedBy: text().notNull(),
    requesterId: text().notNull(),
    rollbackOf: text(),
    /** Why it failed, or why the glass was broken. */
    reason: text(),
    generation: integer(),
    createdAt: integer().notNull(),
    approvedAt: integer(),
    deployedAt: integer(),
    rolledBackAt: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    index('deployments_environment').on(table.tenantId, table.environment, table.id),
    index('deployments_status').on(table.tenantId, table.status, table.id),
    index('deployments_rollback').on(table.tenantId, table.rollbackOf),
  ],
);

/** What a deployment makes active, and (role `include`) the pinned versions that come inside. */
export const deploymentItems = sqliteTable(
  'deployment_items',
  {
    tenantId: text().notNull(),
    deploymentId: text().notNull(),
    position: integer().notNull(),
    role: text({ enum: ['item', 'include'] }).notNull(),
    type: text({ enum: ITEM_TYPES }).notNull(),
    entryId: text().notNull(),
    name: text().notNull(),
    /** Null: a rollback to nothing being active. */
    versionId: text(),
    tag: text(),
    contentHash: text(),
    /** The versions of a prompt that are served beside it; null: none. */
    experiment: text({ mode: 'json' }).$type<Experiment>(),
    previousVersionId: text(),
    previousTag: text(),
    previousExperiment: text({ mode: 'json' }).$type<Experiment>(),
    riskLevel: text({ enum: RISK_LEVELS }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.deploymentId, table.position] }),
    index('deployment_items_version').on(table.tenantId, table.versionId),
    index('deployment_items_entry').on(table.tenantId, table.entryId),
  ],
);

export const votes = sqliteTable(
  'votes',
  {
    tenantId: text().notNull(),
    deploymentId: text().notNull(),
    userId: text().notNull(),
    decision: text({ enum: ['approved', 'rejected'] }).notNull(),
    comment: text(),
    boundHash: text().notNull(),
    createdAt: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.deploymentId, table.userId] })],
);

/** What is and was active in an environment, from one generation to another (null: still). */
export const activations = sqliteTable(
  'activations',
  {
    tenantId: text().notNull(),
    environmentId: text().notNull(),
    type: text({ enum: ITEM_TYPES }).notNull(),
    entryId: text().notNull(),
    name: text().notNull(),
    versionId: text().notNull(),
    tag: text().notNull(),
    /** The versions that are served beside it; null: none. */
    experiment: text({ mode: 'json' }).$type<Experiment>(),
    deploymentId: text().notNull(),
    fromGeneration: integer().notNull(),
    toGeneration: integer(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.environmentId, table.entryId, table.fromGeneration] }),
    uniqueIndex('activations_active')
      .on(table.tenantId, table.environmentId, table.type, table.name)
      .where(sql`to_generation IS NULL`),
    index('activations_entry')
      .on(table.tenantId, table.entryId)
      .where(sql`to_generation IS NULL`),
    index('activations_version').on(table.tenantId, table.versionId),
  ],
);

/** What the edge serves, by environment and prompt: the truth behind KV. A null body: no longer active. */
export const bundles = sqliteTable(
  'bundles',
  {
    tenantId: text().notNull(),
    environmentId: text().notNull(),
    name: text().notNull(),
    generation: integer().notNull(),
    /** JSON of a Bundle: src/deployments/domain/bundle.ts. At most 1.5 MB. */
    body: text(),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.environmentId, table.name] }),
    index('bundles_generation').on(table.tenantId, table.environmentId, table.generation),
  ],
);

export type ActivationRow = typeof activations.$inferSelect;

export type BundleRow = typeof bundles.$inferSelect;
