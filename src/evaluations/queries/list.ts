import { findOptionalEntry } from '../../content/public.ts';
import { notFound } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { EvaluationStatus } from '../domain/evaluation.ts';
import { type Evaluation, listEvaluations, listPasses, type PassRow } from '../repo/evaluations.ts';
import { assertUnbound } from './find.ts';

export interface EvaluationQuery {
  prompt?: string | undefined;
  dataset?: string | undefined;
  status?: EvaluationStatus | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Evaluations, newest first. @throws AppError not_found, forbidden for an API key that is bound to environments */
export async function listPage<T>(
  context: TenantContext,
  query: EvaluationQuery,
  present: (evaluation: Evaluation, passes: readonly PassRow[]) => T,
): Promise<Page<T>> {
  assertUnbound(context);
  const { db, scope } = context;
  const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, ['string']);
  const promptId = query.prompt === undefined ? undefined : await promptIdOf(context, query.prompt);
  const { dataset, status, limit } = query;
  const rows = await listEvaluations(db, scope, { promptId, dataset, status, before, limit: limit + 1 });
  const passes = await listPasses(
    db,
    scope,
    rows.map(({ id }) => id),
  );
  const byEvaluation = Map.groupBy(passes, ({ evaluationId }) => evaluationId);
  return toPage(
    rows,
    limit,
    ({ id }) => [id],
    (row) => present(row, byEvaluation.get(row.id) ?? []),
  );
}

/** Of a deleted prompt the id still finds its evaluations. */
async function promptIdOf({ db, scope }: TenantContext, nameOrId: string): Promise<string> {
  if (isId('prompt', nameOrId)) return nameOrId;
  const entry = await findOptionalEntry(db, scope, 'prompt', nameOrId);
  if (entry === null) throw notFound(`The prompt "${nameOrId}"`);
  return entry.id;
}
