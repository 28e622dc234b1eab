import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { EvaluatorType } from '../domain/evaluator.ts';
import { presentEvaluator, presentRevision } from '../present.ts';
import { listEvaluators, listRevisions } from '../repo/evaluators.ts';
import type { EvaluatorJson, EvaluatorRevisionJson } from '../schemas.ts';

interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/** The tenant's evaluators by name. */
export async function pageOfEvaluators(
  context: TenantContext,
  { limit, cursor, type }: PageQuery & { type?: EvaluatorType | undefined },
): Promise<Page<EvaluatorJson>> {
  const [after] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
  const rows = await listEvaluators(context.db, context.scope, { type }, { after, limit: limit + 1 });
  return toPage(rows, limit, ({ evaluator }) => [evaluator.name], presentEvaluator);
}

/** An evaluator's revisions, the newest first. @throws AppError not_found */
export async function pageOfRevisions(
  context: TenantContext,
  nameOrId: string,
  { limit, cursor }: PageQuery,
): Promise<Page<EvaluatorRevisionJson>> {
  const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['number']);
  const found = await listRevisions(context.db, context.scope, nameOrId, { before, limit: limit + 1 });
  if (found === null) throw notFound(`The evaluator "${nameOrId}"`);
  return toPage(found.revisions, limit, ({ revision }) => [revision], presentRevision);
}
