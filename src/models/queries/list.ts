import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { ProviderName } from '../domain/model.ts';
import { listModels, listRevisions } from '../repo/models.ts';
import { presentModel, presentRevision } from '../present.ts';
import type { ModelJson, ModelRevisionJson } from '../schemas/models.ts';

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/** The tenant's models by name. */
export async function pageOfModels(
  context: TenantContext,
  { limit, cursor, provider }: PageQuery & { provider?: ProviderName | undefined },
): Promise<Page<ModelJson>> {
  const [after] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
  const rows = await listModels(context.db, context.scope, { provider }, { after, limit: limit + 1 });
  return toPage(rows, limit, ({ model }) => [model.name], presentModel);
}

/** A model's revisions, the newest first. @throws AppError not_found */
export async function pageOfRevisions(
  context: TenantContext,
  nameOrId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<ModelRevisionJson>> {
  const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['number']);
  const found = await listRevisions(context.db, context.scope, nameOrId, { before, limit: limit + 1 });
  if (found === null) throw notFound(`The model "${nameOrId}"`);
  return toPage(
    found.revisions,
    limit,
    ({ revision }) => [revision],
    (row) => presentRevision(found.model, row),
  );
}
