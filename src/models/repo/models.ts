import { and, asc, desc, eq, gt, isNull, lt, type SQL, sql } from 'drizzle-orm';
import { guardInactive, holds } from '../../content/public.ts';
import type { TenantScope } from '../../kernel/actor.ts';
import { isId } from '../../kernel/ids.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import type { ProviderName } from '../domain/model.ts';
import { type Model, type ModelRevision, modelRevisions, models } from '../table.ts';

export type { Model, ModelRevision } from '../table.ts';

/** A model and one of its revisions. */
export interface ModelAt {
  model: Model;
  revision: ModelRevision;
}

/** A model that is not deleted, by its id or its name: no name looks like an id. */
const isModel = ({ tenantId }: TenantScope, nameOrId: string): SQL | undefined =>
  and(
    eq(models.tenantId, tenantId),
    isId('model', nameOrId) ? eq(models.id, nameOrId) : eq(models.name, nameOrId),
    isNull(models.deletedAt),
  );

const revisionsOf = and(eq(modelRevisions.tenantId, models.tenantId), eq(modelRevisions.modelId, models.id));
const latest = and(revisionsOf, eq(modelRevisions.revision, models.latestRevision));

/** A model at one of its revisions; without one, at the latest. */
export async function findOptionalModel(
  db: Db,
  scope: TenantScope,
  nameOrId: string,
  revision?: number,
): Promise<ModelAt | null> {
  const [found] = await db
    .select({ model: models, revision: modelRevisions })
    .from(models)
    .innerJoin(
      modelRevisions,
      revision === undefined ? latest : and(revisionsOf, eq(modelRevisions.revision, revision)),
    )
    .where(isModel(scope, nameOrId));
  return found ?? null;
}

/** Models at their latest revisions, by name. */
export async function listModels(
  db: Db,
  scope: TenantScope,
  filter: { provider?: ProviderName | undefined },
  page: { after: string | undefined; limit: number },
): Promise<ModelAt[]> {
  return db
    .select({ model: models, revision: modelRevisions })
    .from(models)
    .innerJoin(modelRevisions, latest)
    .where(
      and(
        eq(models.tenantId, scope.tenantId),
        isNull(models.deletedAt),
        filter.provider === undefined ? undefined : eq(modelRevisions.provider, filter.provider),
        page.after === undefined ? undefined : gt(models.name, page.after),
      ),
    )
    .orderBy(asc(models.name))
    .limit(page.limit);
}

/** A model and its revisions, the newest first. One round trip. */
export async function listRevisions(
  db: Db,
  scope: TenantScope,
  nameOrId: string,
  page: { before: number | undefined; limit: number },
): Promise<{ model: Model; revisions: ModelRevision[] } | null> {
  const [[model], revisions] = await db.batch([
    db.select().from(models).where(isModel(scope, nameOrId)),
    db
      .select()
      .from(modelRevisions)
      .where(
        and(
          eq(modelRevisions.tenantId, scope.tenantId),
          sql`${modelRevisions.modelId} = (SELECT ${models.id} FROM ${models} WHERE ${isModel(scope, nameOrId)})`,
          page.before === undefined ? undefined : lt(modelRevisions.revision, page.before),
        ),
      )
      .orderBy(desc(modelRevisions.revision))
      .limit(page.limit),
  ]);
  return model === undefined ? null : { model, revisions };
}

export const countModels = (db: Db, { tenantId }: TenantScope): Promise<number> =>
  db.$count(models, and(eq(models.tenantId, tenantId), isNull(models.deletedAt)));

/** Which of some names are no model of the tenant. */
export async function listUnknownModels(
  db: Db,
  { tenantId }: TenantScope,
  names: readonly string[],
): Promise<string[]> {
  const rows = await db.all<{ name: string }>(sql`SELECT value AS name FROM json_each(${JSON.stringify(names)})
    WHERE value NOT IN (SELECT ${models.name} FROM ${models} WHERE ${models.tenantId} = ${tenantId} AND ${models.deletedAt} IS NULL)`);
  return rows.map(({ name }) => name);
}

/** What keeps a model from being deleted: environments where it is active, and models that fall back on it. */
export async function listUsesOfModel(
  db: Db,
  { tenantId }: TenantScope,
  { id, name }: Pick<Model, 'id' | 'name'>,
): Promise<{ environments: string[]; models: string[] }> {
  const [active, fallingBack] = await db.batch([
    db
      .selectDistinct({ label: holds.label })
      .from(holds)
      .where(and(eq(holds.tenantId, tenantId), eq(holds.entryId, id), eq(holds.kind, 'active')))
      .orderBy(asc(holds.label))
      .limit(20),
    db
      .select({ name: models.name })
      .from(models)
      .where(and(eq(models.tenantId, tenantId), isNull(models.deletedAt), fallsBackOn(name)))
      .orderBy(asc(models.name))
      .limit(20),
  ]);
  return { environments: active.map(({ label }) => label), models: fallingBack.map((row) => row.name) };
}

/** Whether the latest revision of a model names another as a fallback. */
const fallsBackOn = (name: string): SQL =>
  sql`EXISTS (SELECT 1 FROM ${modelRevisions}, json_each(${modelRevisions.fallbacks}) AS f WHERE ${latest} AND f.value = ${name})`;

/** Makes a model with its first revision. Refused by the key `models.name` where the name is in use. */
export const insertModel = (db: Db, model: Model, revision: ModelRevision): Statement[] => [
  db.insert(models).values(model),
  db.insert(modelRevisions).values(revision),
];

/** Makes a model's next revision; undoes the batch when somebody else made it first. */
export const insertNextRevision = (db: Db, scope: TenantScope, revision: ModelRevision): Statement[] => [
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM ${models} WHERE ${models.tenantId} = ${scope.tenantId} AND ${models.id} = ${revision.modelId}
      AND ${models.latestRevision} = ${revision.revision - 1} AND ${models.deletedAt} IS NULL)`,
  ),
  db.insert(modelRevisions).values(revision),
  db
    .update(models)
    .set({ latestRevision: revision.revision, updatedAt: revision.createdAt })
    .where(and(eq(models.tenantId, scope.tenantId), eq(models.id, revision.modelId))),
];

/** Undoes the batch when one of these names is no model of the tenant (any more). */
export const guardModels = (db: Db, { tenantId }: TenantScope, names: readonly string[]): Statement[] =>
  names.length === 0
    ? []
    : [
        guard(
          db,
          sql`(SELECT count(*) FROM ${models} WHERE ${models.tenantId} = ${tenantId} AND ${models.deletedAt} IS NULL
            AND ${models.name} IN (SELECT value FROM json_each(${JSON.stringify(names)}))) = ${names.length}`,
        ),
      ];

/** Deletes a model that is active nowhere and that no other falls back on, or undoes the batch. */
export const softDeleteModel = (db: Db, scope: TenantScope, { id, name }: Model, now: number): Statement[] => [
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM ${models} WHERE ${models.tenantId} = ${scope.tenantId} AND ${models.id} = ${id}
      AND ${models.deletedAt} IS NULL)`,
  ),
  guardInactive(db, scope, id),
  guard(
    db,
    sql`NOT EXISTS (SELECT 1 FROM ${models} WHERE ${models.tenantId} = ${scope.tenantId} AND ${models.deletedAt} IS NULL
      AND ${fallsBackOn(name)})`,
  ),
  db
    .update(models)
    .set({ deletedAt: now })
    .where(and(eq(models.tenantId, scope.tenantId), eq(models.id, id))),
];
