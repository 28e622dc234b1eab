import { and, asc, eq, type SQL, sql } from 'drizzle-orm';
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
      model, evaluator, dataset, evaluation_id, content_hash, score, n, total, at)
    SELECT ${tenantId}, value ->> 'versionId', value ->> 'evaluatorId', value ->> 'datasetId', value ->> 'evaluatorRevision',
      value ->> 'datasetVersion', value ->> 'model', value ->> 'evaluator', value ->> 'dataset', value ->> 'evaluationId',
      value ->> 'contentHash', value ->> 'score', value ->> 'n', value ->> 'total', value ->> 'at'
    FROM json_each(${JSON.stringify(scores)}) WHERE true
    ON CONFLICT (tenant_id, version_id, evaluator_id, dataset_id, model) DO UPDATE SET
      evaluator_revision = excluded.evaluator_revision, dataset_version = excluded.dataset_version,
      evaluation_id = excluded.evaluation_id, content_hash = excluded.content_hash, score = excluded.score, n = excluded.n, total = excluded.total, at = excluded.at
      WHERE excluded.at >= at`);

/** What some versions scored: a statement to run, or to put into a batch. @param ids a list, or a query */
export const selectVersionScores = (db: Db, { tenantId }: TenantScope, ids: SQL) =>
  db
    .select()
    .from(versionScores)
    .where(and(eq(versionScores.tenantId, tenantId), sql`${versionScores.versionId} IN ${ids}`))
    .orderBy(asc(versionScores.evaluator), asc(versionScores.dataset), asc(versionScores.model));
