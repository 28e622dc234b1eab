import { utf8Length } from '../../kernel/bytes.ts';
import { and, asc, eq, inArray, isNotNull, isNull, type SQL, sql } from 'drizzle-orm';
import { entries } from '../../content/public.ts';
import { environments } from '../../environments/public.ts';
import { selectRequirement, selectVersionScores } from '../../evaluators/public.ts';
import type { TenantScope } from '../../kernel/actor.ts';
import { isId } from '../../kernel/ids.ts';
import { modelRevisions, models } from '../../models/public.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import type { Bundle, Tombstone } from '../domain/bundle.ts';
import type { ItemType } from '../domain/deployment.ts';
import type { Experiment } from '../domain/experiment.ts';
import type { Evaluations } from '../domain/evaluation.ts';
import type { ActiveModel, LoadedRevision } from '../domain/revision.ts';
import { type ActivationRow, activations, type BundleRow, bundles } from '../table.ts';
import { selectRevisions, toRevision } from './models.ts';

export type { ActivationRow, BundleRow } from '../table.ts';

export interface EntryRef {
  entryId: string;
  type: ItemType;
  name: string;
  /** The version that is to become active; null: none. */
  versionId: string | null;
}

/** A change, by its versions' ids. */
export interface ChangedEntry extends EntryRef {
  /** Of the versions that are to be served beside it. */
  variantIds: readonly string[];
}

/** What stands around some changes in one environment. */
export interface Surroundings {
  /** The environment's generation when this was read. */
  generation: number;
  /** Active: the changed entries, all that reach them by includes without a tag, and all that any of these include. */
  active: ActivationRow[];
  /** Versions included with a tag, by these or by the changes. */
  pinnedVersionIds: string[];
  /** Of models that change: the revisions they change to, and those that are active. */
  revisions: LoadedRevision[];
  /** Where models change, all that are active. */
  models: ActiveModel[];
  /** Changed entries that were ever active in an environment of kind production. */
  everInProduction: Set<string>;
  /** Changed entries that were deleted. */
  deleted: Set<string>;
  /** What the environment requires, and what the versions that change and those that are active in their place scored. */
  evaluations: Evaluations;
}

/**
 * Everything that changes to an environment touch or lean on, however large the tenant: one round trip, walking the
 * includes by index. What an active entry holds (itself, and the versions pinned inside it) is what it is served with,
 * so its includes are found through the holds. Cycles end where a version was seen before. An include of an entry that is
 * served in several versions means its own one; of those that are to be served anew, all versions count.
 */
export async function readSurroundings(
  db: Db,
  scope: TenantScope,
  environmentId: string,
  changes: readonly ChangedEntry[],
): Promise<Surroundings> {
  const { tenantId } = scope;
  const changed = JSON.stringify(changes);
  const closure = sql`
    WITH RECURSIVE
    changed(entry_id, type, name, version_id) AS (
      SELECT value ->> 'entryId', value ->> 'type', value ->> 'name', value ->> 'versionId' FROM json_each(${changed})),
    up(type, name, version_id) AS (
      SELECT type, name, NULL FROM changed
      UNION
      SELECT a.type, a.name, a.version_id
      FROM up
      JOIN includes i ON i.tenant_id = ${tenantId} AND i.type = up.type AND i.name = up.name AND i.tag = ''
      JOIN holds h ON h.tenant_id = ${tenantId} AND h.version_id = i.version_id AND h.kind = 'active'
        AND h.holder >= ${`${environmentId}:`} AND h.holder < ${`${environmentId};`}
      JOIN activations a ON a.tenant_id = ${tenantId} AND a.environment_id = ${environmentId}
        AND a.entry_id = substr(h.holder, ${environmentId.length + 2}) AND a.to_generation IS NULL),
    touched(version_id, experiment) AS (
      SELECT a.version_id, a.experiment FROM changed c JOIN activations a ON a.tenant_id = ${tenantId}
        AND a.environment_id = ${environmentId} AND a.entry_id = c.entry_id AND a.to_generation IS NULL
      UNION SELECT a.version_id, a.experiment FROM up JOIN activations a ON a.tenant_id = ${tenantId}
        AND a.environment_id = ${environmentId} AND a.type = up.type AND a.name = up.name AND a.version_id = up.version_id
        AND a.to_generation IS NULL),
    down(version_id, pinned) AS (
      SELECT version_id, 0 FROM changed WHERE version_id IS NOT NULL
      UNION SELECT variant.value, 0 FROM json_each(${changed}) AS change, json_each(change.value, '$.variantIds') AS variant
      UNION SELECT version_id, 0 FROM touched
      UNION SELECT variant.value ->> 'versionId', 0 FROM touched, json_each(touched.experiment, '$.variants') AS variant
      UNION
      SELECT coalesce(v.id, a.version_id), v.id IS NOT NULL
      FROM down
      JOIN includes i ON i.tenant_id = ${tenantId} AND i.version_id = down.version_id
      LEFT JOIN activations a ON i.tag = '' AND a.tenant_id = ${tenantId} AND a.environment_id = ${environmentId}
        AND a.type = i.type AND a.name = i.name AND a.to_generation IS NULL
      LEFT JOIN entries e ON i.tag <> '' AND e.tenant_id = ${tenantId} AND e.type = i.type AND e.name = i.name
        AND e.deleted_at IS NULL
      LEFT JOIN versions v ON v.tenant_id = ${tenantId} AND v.entry_id = e.id AND v.tag = i.tag
      WHERE coalesce(v.id, a.version_id) IS NOT NULL)`;
  const changedIds = sql`(SELECT value ->> 'entryId' FROM json_each(${changed}))`;
  const [environment, active, pinned, revisions, activeModels, production, gone, goneModels, required, scores] =
    await db.batch([
      db
        .select({ generation: environments.generation })
        .from(environments)
        .where(and(eq(environments.tenantId, tenantId), eq(environments.id, environmentId))),
      db
        .select()
        .from(activations)
        .where(
          and(
            inEnvironment(scope, environmentId),
            isNull(activations.toGeneration),
            inArray(
              activations.versionId,
              sql`(${closure}
              SELECT version_id FROM down WHERE NOT pinned)`,
            ),
          ),
        )
        .orderBy(asc(activations.type), asc(activations.name)),
      db.all<{ version_id: string }>(sql`${closure} SELECT DISTINCT version_id FROM down WHERE pinned`),
      selectRevisions(
        db,
        scope,
        sql`(SELECT value ->> 'versionId' FROM json_each(${changed}) WHERE value ->> 'type' = 'model'
        UNION SELECT a.version_id FROM json_each(${changed}) CROSS JOIN activations a ON a.tenant_id = ${tenantId}
          AND a.environment_id = ${environmentId} AND a.entry_id = value ->> 'entryId' AND a.to_generation IS NULL
          WHERE value ->> 'type' = 'model')`,
      ),
      db
        .select({ entryId: activations.entryId, name: activations.name, fallbacks: modelRevisions.fallbacks })
        .from(activations)
        .innerJoin(
          modelRevisions,
          and(eq(modelRevisions.tenantId, activations.tenantId), eq(modelRevisions.id, activations.versionId)),
        )
        .where(
          and(
            inEnvironment(scope, environmentId),
            isNull(activations.toGeneration),
            eq(activations.type, 'model'),
            sql`EXISTS (SELECT 1 FROM json_each(${changed}) WHERE value ->> 'type' = 'model')`,
          ),
        )
        .orderBy(asc(activations.name)),
      db
        .selectDistinct({ entryId: activations.entryId })
        .from(activations)
        .innerJoin(
          environments,
          and(eq(environments.tenantId, activations.tenantId), eq(environments.id, activations.environmentId)),
        )
        .where(
          and(
            eq(activations.tenantId, tenantId),
            eq(environments.kind, 'production'),
            inArray(activations.entryId, changedIds),
          ),
        ),
      db
        .select({ id: entries.id })
        .from(entries)
        .where(and(eq(entries.tenantId, tenantId), inArray(entries.id, changedIds), isNotNull(entries.deletedAt))),
      db
        .select({ id: models.id })
        .from(models)
        .where(and(eq(models.tenantId, tenantId), inArray(models.id, changedIds), isNotNull(models.deletedAt))),
      selectRequirement(db, scope, environmentId),
      selectVersionScores(
        db,
        scope,
        sql`(SELECT value ->> 'versionId' FROM json_each(${changed})
        UNION SELECT variant.value FROM json_each(${changed}) AS change, json_each(change.value, '$.variantIds') AS variant
        UNION SELECT a.version_id FROM json_each(${changed}) CROSS JOIN activations a ON a.tenant_id = ${tenantId}
          AND a.environment_id = ${environmentId} AND a.entry_id = value ->> 'entryId' AND a.to_generation IS NULL)`,
      ),
    ]);
  return {
    generation: environment[0]?.generation ?? 0,
    active,
    pinnedVersionIds: pinned.map((row) => row.version_id),
    revisions: revisions.map(toRevision),
    models: activeModels,
    everInProduction: new Set(production.map((row) => row.entryId)),
    deleted: new Set([...gone, ...goneModels].map((row) => row.id)),
    evaluations: { required: required[0] ?? null, scores },
  };
}

/** For guards: the environment still is at a generation. */
export const isAtGeneration = (scope: TenantScope, environmentId: string, generation: number): SQL =>
  sql`EXISTS (SELECT 1 FROM environments WHERE tenant_id = ${scope.tenantId} AND id = ${environmentId}
    AND generation = ${generation})`;

/** For guards: of these versions and revisions, each still has the content that was approved. */
export const haveContents = (scope: TenantScope, items: readonly { versionId: string; contentHash: string }[]): SQL =>
  // Only these two of what may be a whole version: D1 takes 2 MB.
  sql`NOT EXISTS (SELECT 1 FROM json_each(${JSON.stringify(items, ['versionId', 'contentHash'])}) AS item WHERE NOT EXISTS (
    SELECT 1 FROM versions WHERE tenant_id = ${scope.tenantId} AND id = item.value ->> 'versionId'
      AND content_hash = item.value ->> 'contentHash'
    UNION ALL
    SELECT 1 FROM model_revisions WHERE tenant_id = ${scope.tenantId} AND id = item.value ->> 'versionId'
      AND content_hash = item.value ->> 'contentHash'))`;

/** For guards: none of these entries and models was deleted. */
export function areThere(scope: TenantScope, ids: readonly string[]): SQL {
  const isGone = sql`tenant_id = ${scope.tenantId} AND deleted_at IS NOT NULL
    AND id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
  return sql`NOT EXISTS (SELECT 1 FROM entries WHERE ${isGone} UNION ALL SELECT 1 FROM models WHERE ${isGone})`;
}

/** Moves an environment to its next generation: what was active of these entries ends, what takes its place begins. */
export function moveActivations(
  db: Db,
  scope: TenantScope,
  move: {
    environmentId: string;
    deploymentId: string;
    generation: number;
    entries: readonly (EntryRef & { tag: string | null; experiment: Experiment | null })[];
  },
): Statement[] {
  const { environmentId, deploymentId, generation, entries } = move;
  const json = JSON.stringify(entries);
  return [
    db
      .update(environments)
      .set({ generation })
      .where(and(eq(environments.tenantId, scope.tenantId), eq(environments.id, environmentId))),
    db
      .update(activations)
      .set({ toGeneration: generation })
      .where(
        and(
          inEnvironment(scope, environmentId),
          isNull(activations.toGeneration),
          inArray(activations.entryId, sql`(SELECT value ->> 'entryId' FROM json_each(${json}))`),
        ),
      ),
    db.run(sql`INSERT INTO activations (tenant_id, environment_id, type, entry_id, name, version_id, tag, experiment,
        deployment_id, from_generation)
      SELECT ${scope.tenantId}, ${environmentId}, value ->> 'type', value ->> 'entryId', value ->> 'name',
        value ->> 'versionId', value ->> 'tag', nullif(value -> 'experiment', 'null'), ${deploymentId}, ${generation}
      FROM json_each(${json}) WHERE value ->> 'versionId' IS NOT NULL`),
  ];
}

/** JSON in one parameter stays well below D1's 2 MB. */
const BUNDLES_A_STATEMENT = 1_600_000;

/** Keeps what the edge serves from a generation on; a few statements however many bundles. */
export function saveBundles(
  db: Db,
  scope: TenantScope,
  environmentId: string,
  rows: readonly { name: string; generation: number; body: string | null }[],
): Statement[] {
  const groups: { size: number; rows: (typeof rows)[number][] }[] = [];
  for (const row of rows) {
    const size = utf8Length(JSON.stringify(row));
    const group = groups.at(-1);
    if (group === undefined || group.size + size > BUNDLES_A_STATEMENT) groups.push({ size, rows: [row] });
    else {
      group.size += size;
      group.rows.push(row);
    }
  }
  const target = [bundles.tenantId, bundles.environmentId, bundles.name];
  return groups.map((group) => {
    const [{ name, generation, body } = { name: '', generation: 0, body: null }, ...others] = group.rows;
    // By itself a bundle may be as large as it is allowed to be; as JSON within JSON it would be twice that.
    if (others.length === 0) {
      return db
        .insert(bundles)
        .values({ tenantId: scope.tenantId, environmentId, name, generation, body })
        .onConflictDoUpdate({ target, set: { generation, body } });
    }
    return db.run(sql`INSERT INTO bundles (tenant_id, environment_id, name, generation, body)
      SELECT ${scope.tenantId}, ${environmentId}, value ->> 'name', value ->> 'generation', value ->> 'body'
      FROM json_each(${JSON.stringify(group.rows)}) WHERE true
      ON CONFLICT (tenant_id, environment_id, name) DO UPDATE SET generation = excluded.generation, body = excluded.body`);
  });
}

/**
 * Bundles newer than a generation, oldest first: what KV may not have yet, and the generation that the environment is
 * at. One round trip, also where there are exactly as many as are asked for.
 */
export async function readBundlesSince(
  db: Db,
  scope: TenantScope,
  environmentId: string,
  after: { generation: number; name: string },
  limit: number,
): Promise<{ rows: BundleRow[]; more: boolean; generation: number }> {
  const [rows, next, environment] = await db.batch([
    db
      .select()
      .from(bundles)
      .where(isSince(scope, environmentId, after))
      .orderBy(asc(bundles.generation), asc(bundles.name))
      .limit(limit),
    db
      .select({ name: bundles.name })
      .from(bundles)
      .where(isSince(scope, environmentId, after))
      .orderBy(asc(bundles.generation), asc(bundles.name))
      .limit(1)
      .offset(limit),
    db
      .select({ generation: environments.generation })
      .from(environments)
      .where(and(eq(environments.tenantId, scope.tenantId), eq(environments.id, environmentId))),
  ]);
  return { rows, more: next.length > 0, generation: environment[0]?.generation ?? 0 };
}

const isSince = (scope: TenantScope, environmentId: string, after: { generation: number; name: string }) =>
  and(
    eq(bundles.tenantId, scope.tenantId),
    eq(bundles.environmentId, environmentId),
    sql`(${bundles.generation}, ${bundles.name}) > (${after.generation}, ${after.name})`,
  );

/** The bundles of some names in an environment, with the environment's generation; null when there is no such environment. */
export async function findBundles(
  db: Db,
  scope: TenantScope,
  environmentName: string,
  names: readonly string[],
): Promise<{ environment: { id: string; generation: number } | null; rows: BundleRow[] }> {
  const ofName = and(eq(environments.tenantId, scope.tenantId), eq(environments.name, environmentName));
  const [found, rows] = await db.batch([
    db.select({ id: environments.id, generation: environments.generation }).from(environments).where(ofName),
    db
      .select({ bundle: bundles })
      .from(environments)
      .innerJoin(bundles, and(eq(bundles.tenantId, environments.tenantId), eq(bundles.environmentId, environments.id)))
      .where(and(ofName, inArray(bundles.name, sql`(SELECT value FROM json_each(${JSON.stringify(names)}))`))),
  ]);
  return { environment: found[0] ?? null, rows: rows.map((row) => row.bundle) };
}

/** The bundle of a prompt that is active in an environment, by its name or id; null: there is none. */
export async function findOptionalBundle(
  db: Db,
  scope: TenantScope,
  environmentName: string,
  nameOrId: string,
): Promise<{ hasEnvironment: boolean; body: string | null }> {
  const ofName = and(eq(environments.tenantId, scope.tenantId), eq(environments.name, environmentName));
  const ofPrompt = isId('prompt', nameOrId) ? eq(activations.entryId, nameOrId) : eq(activations.name, nameOrId);
  const [found, active] = await db.batch([
    db.select({ id: environments.id }).from(environments).where(ofName),
    db
      .select({ body: bundles.body })
      .from(environments)
      .innerJoin(
        activations,
        and(eq(activations.tenantId, environments.tenantId), eq(activations.environmentId, environments.id)),
      )
      .innerJoin(
        bundles,
        and(
          eq(bundles.tenantId, activations.tenantId),
          eq(bundles.environmentId, activations.environmentId),
          eq(bundles.name, activations.name),
        ),
      )
      .where(and(ofName, eq(activations.type, 'prompt'), isNull(activations.toGeneration), ofPrompt)),
  ]);
  return { hasEnvironment: found.length > 0, body: active[0]?.body ?? null };
}

/** What a bundle row says to the edge. */
export function readBundle(row: BundleRow): Bundle | Tombstone {
  return row.body === null
    ? { name: row.name, generation: row.generation, removed: true }
    : (JSON.parse(row.body) as Bundle);
}

/** What is active in an environment now, by type and name. */
export async function listActive(
  db: Db,
  scope: TenantScope,
  environmentId: string,
  page: { after: { type: string; name: string } | undefined; limit: number },
): Promise<ActivationRow[]> {
  return db
    .select()
    .from(activations)
    .where(
      and(
        inEnvironment(scope, environmentId),
        isNull(activations.toGeneration),
        page.after === undefined
          ? undefined
          : sql`(${activations.type}, ${activations.name}) > (${page.after.type}, ${page.after.name})`,
      ),
    )
    .orderBy(asc(activations.type), asc(activations.name))
    .limit(page.limit);
}

const inEnvironment = (scope: TenantScope, environmentId: string) =>
  and(eq(activations.tenantId, scope.tenantId), eq(activations.environmentId, environmentId));
