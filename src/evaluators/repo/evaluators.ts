import { and, asc, desc, eq, gt, isNull, lt, type SQL, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import { isId } from '../../kernel/ids.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import type { EvaluatorType } from '../domain/evaluator.ts';
import { type EvaluatorRevision, evaluatorRevisions, type EvaluatorRow, evaluators } from '../table.ts';

export type { EvaluatorRevision, EvaluatorRow } from '../table.ts';

/** An evaluator and one of its revisions. */
export interface EvaluatorAt {
  evaluator: EvaluatorRow;
  revision: EvaluatorRevision;
}

/** An evaluator that is not deleted, by its id or its name: no name looks like an id. */
const isEvaluator = ({ tenantId }: TenantScope, nameOrId: string): SQL | undefined =>
  and(
    eq(evaluators.tenantId, tenantId),
    isId('evaluator', nameOrId) ? eq(evaluators.id, nameOrId) : eq(evaluators.name, nameOrId),
    isNull(evaluators.deletedAt),
  );

const revisionsOf = and(
  eq(evaluatorRevisions.tenantId, evaluators.tenantId),
  eq(evaluatorRevisions.evaluatorId, evaluators.id),
);
const latest = and(revisionsOf, eq(evaluatorRevisions.revision, evaluators.latestRevision));

/** An evaluator at its latest revision. */
export async function findOptionalEvaluator(db: Db, scope: TenantScope, nameOrId: string): Promise<EvaluatorAt | null> {
  const [found] = await db
    .select({ evaluator: evaluators, revision: evaluatorRevisions })
    .from(evaluators)
    .innerJoin(evaluatorRevisions, latest)
    .where(isEvaluator(scope, nameOrId));
  return found ?? null;
}

/** Those that there are of some names and ids, at their latest revisions. */
export async function loadEvaluatorsByName(
  db: Db,
  { tenantId }: TenantScope,
  namesOrIds: readonly string[],
): Promise<EvaluatorAt[]> {
  const wanted = sql`(SELECT value FROM json_each(${JSON.stringify(namesOrIds)}))`;
  return db
    .select({ evaluator: evaluators, revision: evaluatorRevisions })
    .from(evaluators)
    .innerJoin(evaluatorRevisions, latest)
    .where(
      and(
        eq(evaluators.tenantId, tenantId),
        isNull(evaluators.deletedAt),
        sql`(${evaluators.name} IN ${wanted} OR ${evaluators.id} IN ${wanted})`,
      ),
    );
}

/** Revisions that were named by id and number, those of deleted evaluators too. */
export async function loadRevisionsOf(
  db: Db,
  { tenantId }: TenantScope,
  refs: readonly { id: string; revision: number }[],
): Promise<EvaluatorAt[]> {
  return db
    .select({ evaluator: evaluators, revision: evaluatorRevisions })
    .from(evaluators)
    .innerJoin(evaluatorRevisions, revisionsOf)
    .where(
      and(
        eq(evaluators.tenantId, tenantId),
        sql`EXISTS (SELECT 1 FROM json_each(${JSON.stringify(refs)}) AS ref
          WHERE ref.value ->> 'id' = ${evaluators.id} AND ref.value ->> 'revision' = ${evaluatorRevisions.revision})`,
      ),
    );
}

/** Evaluators at their latest revisions, by name. */
export async function listEvaluators(
  db: Db,
  scope: TenantScope,
  filter: { type?: EvaluatorType | undefined },
  page: { after: string | undefined; limit: number },
): Promise<EvaluatorAt[]> {
  return db
    .select({ evaluator: evaluators, revision: evaluatorRevisions })
    .from(evaluators)
    .innerJoin(evaluatorRevisions, latest)
    .where(
      and(
        eq(evaluators.tenantId, scope.tenantId),
        isNull(evaluators.deletedAt),
        filter.type === undefined ? undefined : eq(evaluators.type, filter.type),
        page.after === undefined ? undefined : gt(evaluators.name, page.after),
      ),
    )
    .orderBy(asc(evaluators.name))
    .limit(page.limit);
}

/** An evaluator and its revisions, the newest first. One round trip. */
export async function listRevisions(
  db: Db,
  scope: TenantScope,
  nameOrId: string,
  page: { before: number | undefined; limit: number },
): Promise<{ evaluator: EvaluatorRow; revisions: EvaluatorRevision[] } | null> {
  const [[evaluator], revisions] = await db.batch([
    db.select().from(evaluators).where(isEvaluator(scope, nameOrId)),
    db
      .select()
      .from(evaluatorRevisions)
      .where(
        and(
          eq(evaluatorRevisions.tenantId, scope.tenantId),
          sql`${evaluatorRevisions.evaluatorId} = (SELECT ${evaluators.id} FROM ${evaluators} WHERE ${isEvaluator(scope, nameOrId)})`,
          page.before === undefined ? undefined : lt(evaluatorRevisions.revision, page.before),
        ),
      )
      .orderBy(desc(evaluatorRevisions.revision))
      .limit(page.limit),
  ]);
  return evaluator === undefined ? null : { evaluator, revisions };
}

export const countEvaluators = (db: Db, { tenantId }: TenantScope): Promise<number> =>
  db.$count(evaluators, and(eq(evaluators.tenantId, tenantId), isNull(evaluators.deletedAt)));

/** Makes an evaluator with its first revision. Refused by the key `evaluators.name` where the name is in use. */
export const insertEvaluator = (db: Db, { evaluator, revision }: EvaluatorAt): Statement[] => [
  db.insert(evaluators).values(evaluator),
  db.insert(evaluatorRevisions).values(revision),
];

/** Makes an evaluator's next revision; undoes the batch when somebody else made it first. */
export const insertNextRevision = (db: Db, scope: TenantScope, revision: EvaluatorRevision): Statement[] => [
  guard(db, isAt(scope, revision.evaluatorId, revision.revision - 1)),
  db.insert(evaluatorRevisions).values(revision),
  db
    .update(evaluators)
    .set({ latestRevision: revision.revision, updatedAt: revision.createdAt })
    .where(and(eq(evaluators.tenantId, scope.tenantId), eq(evaluators.id, revision.evaluatorId))),
];

/** Deletes an evaluator, or undoes the batch when it is gone or another by now. */
export const softDeleteEvaluator = (
  db: Db,
  scope: TenantScope,
  { id, latestRevision }: EvaluatorRow,
  now: number,
): Statement[] => [
  guard(db, isAt(scope, id, latestRevision)),
  db
    .update(evaluators)
    .set({ deletedAt: now })
    .where(and(eq(evaluators.tenantId, scope.tenantId), eq(evaluators.id, id))),
];

/** For guards: there is the evaluator, and this is its latest revision. */
const isAt = ({ tenantId }: TenantScope, id: string, revision: number): SQL =>
  sql`EXISTS (SELECT 1 FROM evaluators WHERE tenant_id = ${tenantId} AND id = ${id} AND latest_revision = ${revision}
    AND deleted_at IS NULL)`;
