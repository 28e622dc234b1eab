import { and, asc, desc, eq, getTableColumns, gt, inArray, lt, sql } from 'drizzle-orm';
import { versions } from '../../content/public.ts';
import { type Environment, environments } from '../../environments/public.ts';
import type { TenantScope } from '../../kernel/actor.ts';
import { rolesAllowing } from '../../kernel/permissions.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { memberships, tenants } from '../../tenants/public.ts';
import type { Vote } from '../domain/approvals.ts';
import type { DeploymentStatus } from '../domain/deployment.ts';
import type { Experiment } from '../domain/experiment.ts';
import { deploymentItems, deployments, votes } from '../table.ts';

export type DeploymentRow = typeof deployments.$inferSelect;
export type ItemRow = typeof deploymentItems.$inferSelect;

/** A deployment with all that its approvals depend on, as it is now. */
export interface Dossier {
  deployment: DeploymentRow;
  /** What it makes active, then the pinned versions that come inside. */
  items: ItemRow[];
  votes: Vote[];
  environment: Environment;
  /** The people who wrote any of its versions, translations or revisions of models. */
  authors: string[];
  /** Those of its voters who may approve now. */
  approvers: Set<string>;
  breakGlass: boolean;
}

export const insertDeployment = (db: Db, row: DeploymentRow): Statement => db.insert(deployments).values(row);

/** Any number of items in one statement. */
export const insertItems = (db: Db, rows: readonly ItemRow[]): Statement =>
  db.run(sql`INSERT INTO deployment_items (tenant_id, deployment_id, position, role, type, entry_id, name, version_id, tag,
      content_hash, experiment, previous_version_id, previous_tag, previous_experiment, risk_level)
    SELECT value ->> 'tenantId', value ->> 'deploymentId', value ->> 'position', value ->> 'role', value ->> 'type',
      value ->> 'entryId', value ->> 'name', value ->> 'versionId', value ->> 'tag', value ->> 'contentHash',
      nullif(value -> 'experiment', 'null'), value ->> 'previousVersionId', value ->> 'previousTag',
      nullif(value -> 'previousExperiment', 'null'), value ->> 'riskLevel'
    FROM json_each(${JSON.stringify(rows)})`);

export const insertVote = (db: Db, scope: TenantScope, deploymentId: string, vote: Vote): Statement =>
  db.insert(votes).values({ ...vote, tenantId: scope.tenantId, deploymentId });

export const updateDeployment = (db: Db, scope: TenantScope, id: string, change: Partial<DeploymentRow>): Statement =>
  db.update(deployments).set(change).where(ofDeployment(scope, id));

/** The SQL condition that a deployment is in one of these states: for guards. */
export const isInStatus = (scope: TenantScope, id: string, statuses: readonly DeploymentStatus[]) =>
  sql`EXISTS (SELECT 1 FROM deployments WHERE tenant_id = ${scope.tenantId} AND id = ${id}
    AND status IN (SELECT value FROM json_each(${JSON.stringify(statuses)})))`;

/** The SQL condition that these people hold `deployments:approve` now: for guards. */
export const mayStillApprove = (scope: TenantScope, userIds: readonly string[]) =>
  sql`NOT EXISTS (SELECT 1 FROM json_each(${JSON.stringify(userIds)}) AS voter WHERE NOT EXISTS (
    SELECT 1 FROM memberships WHERE tenant_id = ${scope.tenantId} AND user_id = voter.value
      AND role IN (SELECT value FROM json_each(${JSON.stringify(rolesAllowing('deployments:approve'))}))))`;

/** Everything about one deployment in one round trip, or null. */
export async function findOptionalDossier(db: Db, scope: TenantScope, id: string): Promise<Dossier | null> {
  const { tenantId } = scope;
  const itemVersions = sql`(SELECT version_id FROM deployment_items WHERE tenant_id = ${tenantId} AND deployment_id = ${id}
    UNION ALL SELECT variant.value ->> 'versionId' FROM deployment_items, json_each(experiment, '$.variants') AS variant
      WHERE tenant_id = ${tenantId} AND deployment_id = ${id})`;
  const voters = sql`(SELECT user_id FROM votes WHERE tenant_id = ${tenantId} AND deployment_id = ${id})`;
  // One table a query: D1 gives a batch's rows as objects, in which columns of the same name fall together.
  const [found, targets, policies, items, cast, writers, contributors, modellers, approvers] = await db.batch([
    db.select().from(deployments).where(ofDeployment(scope, id)),
    db
      .select(getTableColumns(environments))
      .from(deployments)
      .innerJoin(
        environments,
        and(eq(environments.tenantId, deployments.tenantId), eq(environments.id, deployments.environmentId)),
      )
      .where(ofDeployment(scope, id)),
    db.select({ breakGlass: tenants.breakGlass }).from(tenants).where(eq(tenants.id, tenantId)),
    db
      .select()
      .from(deploymentItems)
      .where(and(eq(deploymentItems.tenantId, tenantId), eq(deploymentItems.deploymentId, id)))
      .orderBy(asc(deploymentItems.position)),
    db
      .select()
      .from(votes)
      .where(and(eq(votes.tenantId, tenantId), eq(votes.deploymentId, id)))
      .orderBy(asc(votes.createdAt), asc(votes.userId)),
    db
      .selectDistinct({ person: versions.authorId })
      .from(versions)
      .where(and(eq(versions.tenantId, tenantId), inArray(versions.id, itemVersions))),
    db.all<{ person: string }>(sql`SELECT DISTINCT person.value AS person
      FROM versions, json_each(versions.contributors) AS person
      WHERE versions.tenant_id = ${tenantId} AND versions.id IN ${itemVersions}`),
    // A revision keeps what those before it said. Whoever made one since what is active brings that; where there is none,
    // or a later one, all that were made bring theirs.
    db.all<{ person: string }>(sql`SELECT DISTINCT made.author_id AS person
      FROM deployment_items AS item
      JOIN model_revisions AS next ON next.tenant_id = item.tenant_id AND next.id = item.version_id
      LEFT JOIN model_revisions AS previous ON previous.tenant_id = item.tenant_id
        AND previous.id = item.previous_version_id AND previous.model_id = next.model_id
        AND previous.revision < next.revision
      JOIN model_revisions AS made ON made.tenant_id = next.tenant_id AND made.model_id = next.model_id
        AND made.revision > coalesce(previous.revision, 0) AND made.revision <= next.revision
      WHERE item.tenant_id = ${tenantId} AND item.deployment_id = ${id}`),
    db
      .select({ userId: memberships.userId })
      .from(memberships)
      .where(
        and(
          eq(memberships.tenantId, tenantId),
          inArray(memberships.role, [...rolesAllowing('deployments:approve')]),
          inArray(memberships.userId, voters),
        ),
      ),
  ]);
  const [[deployment], [environment], [policy]] = [found, targets, policies];
  if (deployment === undefined || environment === undefined || policy === undefined) return null;
  return {
    deployment,
    environment,
    breakGlass: policy.breakGlass,
    items,
    votes: cast,
    authors: [...new Set([...writers, ...contributors, ...modellers].map(({ person }) => person))],
    approvers: new Set(approvers.map(({ userId }) => userId)),
  };
}

/** Deployments from new to old, with their items and votes. Two round trips. */
export async function listDeployments(
  db: Db,
  scope: TenantScope,
  filter: {
    environment: string | undefined;
    environments: readonly string[] | null;
    status: DeploymentStatus | undefined;
    before: string | undefined;
    limit: number;
  },
): Promise<Pick<Dossier, 'deployment' | 'items' | 'votes'>[]> {
  const rows = await db
    .select()
    .from(deployments)
    .where(
      and(
        eq(deployments.tenantId, scope.tenantId),
        filter.environment === undefined ? undefined : eq(deployments.environment, filter.environment),
        filter.environments === null
          ? undefined
          : inArray(
              deployments.environment,
              sql`(SELECT value FROM json_each(${JSON.stringify(filter.environments)}))`,
            ),
        filter.status === undefined ? undefined : eq(deployments.status, filter.status),
        filter.before === undefined ? undefined : lt(deployments.id, filter.before),
      ),
    )
    .orderBy(desc(deployments.id))
    .limit(filter.limit);
  const ids = sql`(SELECT value FROM json_each(${JSON.stringify(rows.map((row) => row.id))}))`;
  const [items, cast] = await db.batch([
    db
      .select()
      .from(deploymentItems)
      .where(and(eq(deploymentItems.tenantId, scope.tenantId), inArray(deploymentItems.deploymentId, ids)))
      .orderBy(asc(deploymentItems.position)),
    db
      .select()
      .from(votes)
      .where(and(eq(votes.tenantId, scope.tenantId), inArray(votes.deploymentId, ids)))
      .orderBy(asc(votes.createdAt), asc(votes.userId)),
  ]);
  const [itemsOf, votesOf] = [
    Map.groupBy(items, (item) => item.deploymentId),
    Map.groupBy(cast, (vote) => vote.deploymentId),
  ];
  return rows.map((deployment) => ({
    deployment,
    items: itemsOf.get(deployment.id) ?? [],
    votes: votesOf.get(deployment.id) ?? [],
  }));
}

/** The rollback of a deployment that is still on its way, if there is one. */
export async function findOptionalOpenRollback(db: Db, scope: TenantScope, id: string): Promise<string | null> {
  const [row] = await db
    .select({ id: deployments.id })
    .from(deployments)
    .where(
      and(
        eq(deployments.tenantId, scope.tenantId),
        eq(deployments.rollbackOf, id),
        inArray(deployments.status, ['pending', 'approved', 'deploying']),
      ),
    )
    .limit(1);
  return row?.id ?? null;
}

/** For guards: no rollback of a deployment is on its way. */
export const hasNoOpenRollback = (scope: TenantScope, id: string) =>
  sql`NOT EXISTS (SELECT 1 FROM deployments WHERE tenant_id = ${scope.tenantId} AND rollback_of = ${id}
    AND status IN ('pending', 'approved', 'deploying'))`;

/** Who has come further than this needs no exact answer any more. */
export const LATER_MAX = 1000;

/** Deployments that moved any of these entries in an environment after a generation, in their order. */
export async function listLaterDeployments(
  db: Db,
  scope: TenantScope,
  environmentId: string,
  entryIds: readonly string[],
  generation: number,
): Promise<{ id: string; rollbackOf: string | null; entryId: string; name: string; type: ItemRow['type'] }[]> {
  return db
    .select({
      id: deployments.id,
      rollbackOf: deployments.rollbackOf,
      entryId: deploymentItems.entryId,
      name: deploymentItems.name,
      type: deploymentItems.type,
    })
    .from(deploymentItems)
    .innerJoin(
      deployments,
      and(eq(deployments.tenantId, deploymentItems.tenantId), eq(deployments.id, deploymentItems.deploymentId)),
    )
    .where(
      and(
        eq(deploymentItems.tenantId, scope.tenantId),
        eq(deploymentItems.role, 'item'),
        inArray(deploymentItems.entryId, sql`(SELECT value FROM json_each(${JSON.stringify(entryIds)}))`),
        eq(deployments.environmentId, environmentId),
        gt(deployments.generation, generation),
      ),
    )
    .orderBy(asc(deployments.generation), asc(deploymentItems.position))
    .limit(LATER_MAX);
}

/** What an activation took the place of. */
export interface Replaced {
  entryId: string;
  versionId: string | null;
  tag: string | null;
  experiment: Experiment | null;
}

/** Records what an activation really replaced: the rollback's truth. */
export const recordReplaced = (
  db: Db,
  scope: TenantScope,
  deploymentId: string,
  replaced: readonly Replaced[],
): Statement =>
  db.run(sql`UPDATE deployment_items SET (previous_version_id, previous_tag, previous_experiment) =
      (SELECT value ->> 'versionId', value ->> 'tag', nullif(value -> 'experiment', 'null')
       FROM json_each(${JSON.stringify(replaced)})
       WHERE value ->> 'entryId' = deployment_items.entry_id)
    WHERE tenant_id = ${scope.tenantId} AND deployment_id = ${deploymentId} AND role = 'item'`);

const ofDeployment = (scope: TenantScope, id: string) =>
  and(eq(deployments.tenantId, scope.tenantId), eq(deployments.id, id));
