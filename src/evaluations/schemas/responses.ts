import { z } from '@hono/zod-openapi';
import { pageOf, TimestampSchema } from '../../platform/http/schemas.ts';
import { EVALUATION_STATUSES, RESULT_STATUSES } from '../domain/evaluation.ts';
import { REASONS } from '../domain/winner.ts';

const count = z.number().int();
const micros = z.number().int().describe('Micro-USD, as far as prices are known');
const milliseconds = z.number().nullable();

const LinksSchema = z
  .object({
    self: z.string(),
    results: z.string(),
    comparison: z.string(),
    stream: z.string().describe('WebSocket'),
  })
  .openapi('EvaluationLinks');

export const AcceptedSchema = z
  .object({ id: z.string(), status: z.enum(['queued']), links: LinksSchema })
  .openapi('AcceptedEvaluation');

const ReasonSchema = z.object({ code: z.string(), message: z.string() });

export const EvaluationSchema = z
  .object({
    id: z.string().openapi({ example: 'evl_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
    status: z.enum(EVALUATION_STATUSES),
    reason: ReasonSchema.nullable().describe('Why it is paused'),
    prompt: z.string(),
    promptId: z.string(),
    dataset: z
      .object({ name: z.string(), version: count, items: count })
      .describe('As it was when the evaluation was made'),
    evaluators: z.array(z.object({ name: z.string(), type: z.string(), revision: count })),
    passes: z
      .array(z.object({ tag: z.string(), model: z.string(), modelRevision: count }))
      .describe('Each tag on each model, in this revision and without its fallbacks'),
    locale: z.string().nullable(),
    progress: z.object({
      done: count.describe('Results that have come to an end, the failed ones among them'),
      failed: count,
      total: count.describe('Items × passes'),
    }),
    costMicros: micros.describe('Of the runs, in micro-USD, as far as prices are known'),
    judgeCostMicros: micros.describe('Of those who judged them'),
    runsAs: z
      .object({ kind: z.enum(['user', 'api_key']), id: z.string() })
      .describe('For whom it runs, with what they may do'),
    createdBy: z.string(),
    createdAt: TimestampSchema,
    startedAt: TimestampSchema.nullable(),
    finishedAt: TimestampSchema.nullable(),
    links: LinksSchema,
  })
  .openapi('Evaluation');

export const EvaluationPageSchema = pageOf(EvaluationSchema).openapi('EvaluationPage');

const json = z.unknown().openapi({ type: ['object', 'null'] });

export const ResultSchema = z
  .object({
    itemId: z.string(),
    tag: z.string(),
    model: z.string(),
    status: z.enum(RESULT_STATUSES),
    input: json.describe('Null: the dataset was deleted'),
    expected: z.string().nullable(),
    output: z
      .string()
      .nullable()
      .describe('Its first 2,000 characters, as far as outputs are stored: the execution has all of it'),
    outputIsWhole: z.boolean(),
    scores: z
      .array(
        z.object({
          evaluator: z.string(),
          score: z.number().nullable().describe('0 to 1; null: it could not say, which counts in no mean'),
          passed: z.boolean().nullable(),
          detail: z.string().describe('Why'),
          executionId: z.string().nullable().describe('Of a judge'),
        }),
      )
      .nullable(),
    error: ReasonSchema.nullable().describe('Why it failed'),
    executionId: z.string().nullable(),
    latencyMs: milliseconds,
    usage: z.object({ inputTokens: count.nullable(), outputTokens: count.nullable(), costMicros: count.nullable() }),
    judgeCostMicros: count,
    finishedAt: TimestampSchema.nullable(),
  })
  .openapi('EvaluationResult');

export const ResultPageSchema = pageOf(ResultSchema).openapi('EvaluationResultPage');

const estimate = {
  n: count.describe('Of how many items'),
  mean: z.number().nullable(),
  interval: z.array(z.number()).nullable().describe('95 %: from, to; null: fewer than two values'),
};
const EstimateSchema = z.object(estimate).openapi('Estimate');

const PassNameSchema = z.object({ tag: z.string(), model: z.string(), modelRevision: count });
const rate = z.number().nullable().describe('0 to 1');
const winner = {
  winner: PassNameSchema.nullable(),
  reason: z.object({ code: z.enum(REASONS), message: z.string() }),
};

export const ComparisonSchema = z
  .object({
    evaluationId: z.string(),
    status: z.enum(EVALUATION_STATUSES),
    items: count,
    ...winner,
    rows: z.array(
      PassNameSchema.extend({
        results: count.describe('How many items have come to an end'),
        failed: count,
        passRate: rate.describe('With how many of those every evaluator was content, 0 to 1'),
        overall: EstimateSchema.describe('Of each item’s mean score, over items that every evaluator scored'),
        toBest: EstimateSchema.nullable().describe(
          'The difference to the best row, item by item; null: it is the best',
        ),
        scores: z.array(
          z.object({
            evaluator: z.string(),
            ...estimate,
            passRate: rate,
            toBest: EstimateSchema.nullable().describe('To the best row by this evaluator'),
          }),
        ),
        latencyMs: z.object({ p50: milliseconds, p95: milliseconds }),
        usage: z.object({ inputTokens: count, outputTokens: count }),
        costMicros: micros,
        judgeCostMicros: micros,
        unpriced: count.describe('Runs whose cost is unknown'),
      }),
    ),
    byEvaluator: z.array(z.object({ evaluator: z.string(), ...winner })),
    method: z.string(),
  })
  .openapi('EvaluationComparison');
