import { AppError } from '../../kernel/errors.ts';
import { listUnknownModels } from '../../models/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Rule } from '../domain/evaluator.ts';

/** Whether a rule names what there is. @throws AppError validation_failed */
export async function assertRule(context: TenantContext, rule: Rule): Promise<void> {
  if (rule.type !== 'llm_judge') return;
  const [unknown] = await listUnknownModels(context.db, context.scope, [rule.config.model]);
  if (unknown === undefined) return;
  const message = `is no model: ${unknown}. Register it with POST /v1/models`;
  throw new AppError('validation_failed', `config.model: ${message}`, {
    errors: [{ path: 'config.model', message, code: 'unknown_model' }],
  });
}
