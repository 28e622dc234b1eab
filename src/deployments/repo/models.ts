import { and, eq, type SQL, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import { modelRevisions, models, settingsOf } from '../../models/public.ts';
import type { Db } from '../../platform/db/db.ts';
import type { LoadedRevision } from '../domain/revision.ts';

/** A model's revision by what people call it: the model's name or id, and the revision's number. */
interface RevisionRef {
  nameOrId: string;
  revision: number;
}

/** The revisions that exist of those asked for; deleted models have none. One round trip for any number. */
export async function loadRevisionsByRef(
  db: Db,
  scope: TenantScope,
  refs: readonly RevisionRef[],
): Promise<LoadedRevision[]> {
  if (refs.length === 0) return [];
  const found = (column: 'name' | 'id') => sql`SELECT r.id FROM json_each(${JSON.stringify(refs)}) AS ref
    CROSS JOIN models AS m ON m.tenant_id = ${scope.tenantId} AND m.${sql.raw(column)} = ref.value ->> 'nameOrId'
      AND m.deleted_at IS NULL
    CROSS JOIN model_revisions AS r ON r.tenant_id = m.tenant_id AND r.model_id = m.id
      AND r.revision = ref.value ->> 'revision'`;
  const rows = await selectRevisions(db, scope, sql`(${found('name')} UNION ${found('id')})`);
  return rows.map(toRevision);
}

/** Revisions by their ids, those of deleted models included: a statement to run, or to put into a batch. */
export const selectRevisions = (db: Db, { tenantId }: TenantScope, ids: SQL) =>
  db
    // No column of a revision is called `name`: in a batch they would fall together.
    .select({ name: models.name, revision: modelRevisions })
    .from(modelRevisions)
    .innerJoin(models, and(eq(models.tenantId, modelRevisions.tenantId), eq(models.id, modelRevisions.modelId)))
    .where(and(eq(modelRevisions.tenantId, tenantId), sql`${modelRevisions.id} IN ${ids}`));

/** What {@link selectRevisions} finds, as what is deployed. */
export function toRevision({
  name,
  revision: row,
}: Awaited<ReturnType<typeof selectRevisions>>[number]): LoadedRevision {
  const { modelId: entryId, id: versionId, revision, contentHash } = row;
  return {
    type: 'model',
    entryId,
    name,
    versionId,
    tag: String(revision),
    contentHash,
    settings: settingsOf(row),
  };
}
