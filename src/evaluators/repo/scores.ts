import { and, desc, eq, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { type VersionScore, versionScores } from '../table.ts';

export type { VersionScore } from '../table.ts';

/** Keeps what versions scored, any number in one statement. Of the same measured twice the later counts, whichever comes first. */
export const saveVersionScores = (
  db: Db,
  { tenantId }: TenantScope,
  scores: readonly Omit<VersionScore, 'tenantId'>[],
): Statement =>
  db.run(sql`INSERT INTO version_scores (tenant_id, version_id, evaluator_id, dataset_id, evaluator_revision, dataset_version,
      model, evaluation_id, score, n, at)
    SELECT ${tenantId}, value ->> 'versionId', value ->> 'evaluatorId', value ->> 'datasetId', value ->> 'evaluatorRevision',
      value ->> 'datasetVersion', value ->> 'model', value ->> 'evaluationId', value ->> 'score', value ->> 'n', value ->> 'at'
    FROM json_each(${JSON.stringify(scores)}) WHERE true
    ON CONFLICT (tenant_id, version_id, evaluator_id, dataset_id, evaluator_revision, dataset_version, model)
    DO UPDATE SET evaluation_id = excluded.evaluation_id, score = excluded.score, n = excluded.n, at = excluded.at
      WHERE excluded.at >= at`);

/** What some versions scored, the latest first. */
export const listVersionScores = (
  db: Db,
  { tenantId }: TenantScope,
  versionIds: readonly string[],
): Promise<VersionScore[]> =>
  db
    .select()
    .from(versionScores)
    .where(
      and(
        eq(versionScores.tenantId, tenantId),
        sql`${versionScores.versionId} IN (SELECT value FROM json_each(${JSON.stringify(versionIds)}))`,
      ),
    )
    .orderBy(desc(versionScores.at));
