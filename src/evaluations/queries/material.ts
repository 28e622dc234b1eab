import { listItemIdsAt, loadItemsAt } from '../../datasets/public.ts';
import { type Evaluator, loadEvaluatorsAt } from '../../evaluators/public.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Evaluation } from '../repo/evaluations.ts';

/** A test case, as it was in the dataset's version that is evaluated. */
export interface Item {
  id: string;
  input: Record<string, JsonValue>;
  expected: string | null;
}

type Frozen = Pick<Evaluation, 'datasetId' | 'datasetVersion'>;

/** The items that come behind one, in the dataset's order. */
export const listItemIds = (
  context: TenantContext,
  { datasetId, datasetVersion: version }: Frozen,
  page: { after: string | null; limit: number },
): Promise<string[]> => listItemIdsAt(context, { datasetId, version, ...page });

/** Some items, by id. Of a dataset that was deleted there are none. */
export async function loadItems(
  context: TenantContext,
  { datasetId, datasetVersion: version }: Frozen,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Item>> {
  const items = await loadItemsAt(context, { datasetId, version, ids });
  return new Map(items.map(({ id, input, expected }) => [id, { id, input, expected }]));
}

/** What it takes to run one item and to score it. */
export async function loadMaterial(
  context: TenantContext,
  evaluation: Evaluation,
  itemId: string,
): Promise<{ item: Item | null; evaluators: Evaluator[] }> {
  const [items, found] = await Promise.all([
    loadItems(context, evaluation, [itemId]),
    loadEvaluatorsAt(context, evaluation.evaluators),
  ]);
  // In the order in which they were named, which their scores have too.
  const evaluators = evaluation.evaluators.map(({ id }) => found.find((each) => each.id === id));
  if (evaluators.includes(undefined)) throw new Error('an evaluator’s revision is gone');
  return { item: items.get(itemId) ?? null, evaluators: evaluators.filter((each) => each !== undefined) };
}
