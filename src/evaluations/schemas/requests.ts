import { z } from '@hono/zod-openapi';
import { LocaleSchema, TagRefSchema } from '../../content/public-http.ts';
import { idPattern } from '../../kernel/ids.ts';
import { ModelNameSchema } from '../../models/public-http.ts';
import { PageQuery } from '../../platform/http/schemas.ts';
import { EVALUATION_STATUSES, LIMITS, RESULT_STATUSES } from '../domain/evaluation.ts';

const reference = z.string().min(1).max(255);
const unique = (values: readonly string[]): boolean => new Set(values).size === values.length;

export const CreateEvaluationSchema = z
  .strictObject({
    prompt: reference.describe('Name or id'),
    tags: z
      .array(TagRefSchema)
      .min(1)
      .max(LIMITS.tags)
      .refine(unique, 'name each tag once')
      .describe('The versions to compare'),
    models: z
      .array(ModelNameSchema)
      .min(1)
      .max(LIMITS.models)
      .refine(unique, 'name each model once')
      .optional()
      .describe('Each version is run on each of them; else each on the one that it names'),
    dataset: reference.describe('Its name; it is run over as it is now'),
    evaluators: z
      .array(reference)
      .min(1)
      .max(LIMITS.evaluators)
      .refine(unique, 'name each evaluator once')
      .describe('Their names; each as it is now'),
    locale: LocaleSchema.optional().describe('Exact, then shorter, then the version’s own'),
  })
  .openapi('CreateEvaluation', {
    example: {
      prompt: 'support/greeting',
      tags: ['1.0.0', '1.1.0'],
      models: ['echo'],
      dataset: 'greetings',
      evaluators: ['polite'],
    },
  });

export const EvaluationParams = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, pattern: idPattern('evaluation').source }),
});

export const ListQuery = PageQuery.extend({
  prompt: reference.optional().describe('Name or id'),
  dataset: reference.optional().describe('Its name at that time'),
  status: z.enum(EVALUATION_STATUSES).optional(),
});

export const ResultsQuery = PageQuery.extend({
  tag: reference.optional(),
  model: reference.optional(),
  status: z.enum(RESULT_STATUSES).optional(),
});

export const ComparisonQuery = z.object({
  format: z.enum(['json', 'csv']).optional().describe('Else as `Accept` says, else JSON').openapi({ example: 'json' }),
});
