import { type DatasetVersionRef, type Item, readItem, readItemIds, readItemsById } from '../../datasets/public.ts';
import { type Evaluator, loadEvaluatorsAt } from '../../evaluators/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Evaluation } from '../repo/evaluations.ts';

const datasetOf = ({ datasetId, datasetVersion: version }: Evaluation): DatasetVersionRef => ({ datasetId, version });

/** The items that come behind one, in the dataset's order. */
export const listItemIds = (
  context: TenantContext,
  evaluation: Evaluation,
  { after, limit }: { after: string | null; limit: number },
): Promise<string[]> => readItemIds(context, datasetOf(evaluation), { after: after ?? undefined, limit });

/** Some items, by id. Of a dataset that was deleted long ago there are none. */
export async function loadItems(
  context: TenantContext,
  evaluation: Evaluation,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Item>> {
  const items = await readItemsById(context, datasetOf(evaluation), ids);
  return new Map(items.map((item) => [item.id, item]));
}

/** What it takes to run one item and to score it. */
export async function loadMaterial(
  context: TenantContext,
  evaluation: Evaluation,
  itemId: string,
): Promise<{ item: Item | null; evaluators: Evaluator[] }> {
  const [item, found] = await Promise.all([
    readItem(context, datasetOf(evaluation), itemId),
    loadEvaluatorsAt(context, evaluation.evaluators),
  ]);
  // In the order in which they were named, which their scores have too.
  const evaluators = evaluation.evaluators.map(({ id }) => found.find((each) => each.id === id));
  if (evaluators.includes(undefined)) throw new Error('an evaluator’s revision is gone');
  return { item, evaluators: evaluators.filter((each) => each !== undefined) };
}
