import type { Item } from '../../datasets/public.ts';
import { listOutputs } from '../../executions/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { ResultStatus } from '../domain/evaluation.ts';
import type { Evaluation, PassRow } from '../repo/evaluations.ts';
import { listResults, type ResultRow } from '../repo/results.ts';
import { findEvaluation } from './find.ts';
import { loadItems } from './material.ts';

export interface ResultQuery {
  tag?: string | undefined;
  model?: string | undefined;
  status?: ResultStatus | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** A result with what it is a result of. */
export interface ShownResult {
  evaluation: Evaluation;
  pass: PassRow;
  result: ResultRow;
  /** Null: the dataset was deleted. */
  item: Item | null;
  /** The beginning of what was answered, as far as that is stored. */
  output: { text: string; isWhole: boolean } | null;
}

/** So much of an answer stands in a list (UTF-16 units): the execution has all of it. */
const OUTPUT_SHOWN = 2_000;

/** An evaluation's results, item by item. @throws AppError not_found, forbidden */
export async function listResultPage<T>(
  context: TenantContext,
  id: string,
  query: ResultQuery,
  present: (shown: ShownResult) => T,
): Promise<Page<T>> {
  const { evaluation, passes } = await findEvaluation(context, id);
  const [after] = query.cursor === undefined ? [-1] : decodeCursor(query.cursor, ['number']);
  const rows = await listResults(context.db, context.scope, id, {
    passes: query.tag === undefined && query.model === undefined ? null : among(passes, query),
    status: query.status ?? null,
    after,
    limit: query.limit + 1,
  });
  const [items, outputs] = await Promise.all([
    loadItems(context, evaluation, [...new Set(rows.map(({ itemId }) => itemId))]),
    listOutputs(
      context,
      rows.flatMap(({ executionId }) => executionId ?? []),
      OUTPUT_SHOWN,
    ),
  ]);
  const shown = rows.flatMap((result): ShownResult[] => {
    const pass = passes[result.seq % passes.length];
    if (pass === undefined) return [];
    const output = outputs.get(result.executionId ?? '') ?? null;
    return [{ evaluation, pass, result, item: items.get(result.itemId) ?? null, output }];
  });
  return toPage(shown, query.limit, ({ result }) => [result.seq], present);
}

const among = (passes: readonly PassRow[], { tag, model }: ResultQuery) => ({
  among: passes
    .filter((pass) => (tag === undefined || pass.tag === tag) && (model === undefined || pass.model === model))
    .map(({ pass }) => pass),
  of: passes.length,
});
