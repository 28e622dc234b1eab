import type { Evaluator } from '../../evaluators/public.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Evaluation } from '../repo/evaluations.ts';

export interface Item {
  id: string;
  input: Record<string, JsonValue>;
  expected: string | null;
}
