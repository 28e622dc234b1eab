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
