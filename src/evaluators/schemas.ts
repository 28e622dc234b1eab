import { z } from '@hono/zod-openapi';
import { jsonBytes, jsonProblem, plainTextProblem } from '../content/public.ts';
import { because } from '../content/public-http.ts';
import type { JsonValue } from '../kernel/canonical-json.ts';
import { AppError } from '../kernel/errors.ts';
import { idPattern } from '../kernel/ids.ts';
import { HANDLE_MAX, handleProblem } from '../kernel/names.ts';
import { ModelNameSchema, ParametersSchema } from '../models/public-http.ts';
import { JsonSchema, PageQuery, pageOf, TimestampSchema } from '../platform/http/schemas.ts';
import { type Configs, EVALUATOR_TYPES, type EvaluatorType, type Rule } from './domain/evaluator.ts';
import { LIMITS } from './domain/limits.ts';
import { patternProblem } from './domain/regex/match.ts';
import { checkSchema } from './domain/schema/check.ts';

const EvaluatorNameSchema = z
  .string()
  .check(because((name) => handleProblem(name, idPattern('evaluator'))))
  .openapi({ minLength: 1, maxLength: HANDLE_MAX, example: 'polite' });

const thresholdOf = (usual: number) =>
  z.number().min(0).max(1).default(usual).describe('What passes: a score of so much or more');
const flag = (usual: boolean) => z.boolean().default(usual);
const text = (max: number) => z.string().min(1).max(max).check(because(plainTextProblem));

const SCHEMA_DEPTH = 100;

/** A JSON schema, checked to be one that will be checked as it is meant. */
const SchemaSchema = JsonSchema.check((context) => {
  const { value } = context;
  const problem =
    jsonProblem(value, SCHEMA_DEPTH) ??
    (jsonBytes(value) > LIMITS.schemaBytes ? `must have ${LIMITS.schemaBytes} bytes of JSON at most` : null);
  const findings = problem === null ? checkSchema(value) : [{ path: '#', message: problem }];
  for (const { path, message } of findings) {
    context.issues.push({ code: 'custom', message: `${path} ${message}`, input: value });
  }
}).openapi({ type: ['object', 'boolean'], example: { type: 'object', required: ['answer'] } });

const RegexSchema = z
  .strictObject({
    pattern: text(LIMITS.pattern).describe('As in JavaScript with the flag u, without look-around and back-references'),
    flags: z
      .string()
      .regex(/^(?!.*(.).*\1)[ims]*$/, 'must be any of i, m and s, each once')
      .default(''),
    negate: flag(false).describe('Passes where it is not found'),
  })
  .check((context) => {
    const { pattern, flags } = context.value;
    const message = patternProblem(pattern, flags);
    if (message !== null) context.issues.push({ code: 'custom', message, input: pattern, path: ['pattern'] });
  });

const scaleEnd = z.number().int().min(-LIMITS.scale).max(LIMITS.scale);

/** What is left out is filled in. */
const CONFIGS = {
  exact: z
    .strictObject({
      trim: flag(true),
      ignoreCase: flag(false),
      ignorePunctuation: flag(false),
      collapseWhitespace: flag(false),
    })
    .prefault({}),
  contains: z
    .strictObject({
      values: z
        .array(text(LIMITS.value))
        .min(1)
        .max(LIMITS.values)
        .nullable()
        .default(null)
        .describe('Null: the item’s `expected` is looked for'),
      mode: z.enum(['all', 'any', 'none']).default('all'),
      ignoreCase: flag(false),
      threshold: thresholdOf(1),
    })
    .prefault({}),
  regex: RegexSchema,
  json_schema: z.strictObject({
    schema: SchemaSchema.describe('JSON Schema, draft 2020-12; what would not be checked is refused'),
    strict: flag(false).describe('No Markdown fence around it either'),
  }),
  levenshtein: z.strictObject({ trim: flag(true), ignoreCase: flag(false), threshold: thresholdOf(0.8) }).prefault({}),
  rouge_l: z
    .strictObject({
      measure: z.enum(['f1', 'precision', 'recall']).default('f1'),
      threshold: thresholdOf(0.5),
    })
    .prefault({}),
  bleu: z.strictObject({ ignoreCase: flag(false), threshold: thresholdOf(0.3) }).prefault({}),
  latency: z.strictObject({ maxMs: z.number().int().min(1).max(LIMITS.maxMs) }),
  cost: z.strictObject({ maxMicros: z.number().int().min(0).max(LIMITS.maxMicros) }),
  llm_judge: z.strictObject({
    model: ModelNameSchema,
    rubric: text(LIMITS.rubric),
    scale: z
      .strictObject({ min: scaleEnd, max: scaleEnd })
      .refine(({ min, max }) => min < max, 'must grow from min to max')
      .default({ min: 1, max: 5 }),
    parameters: ParametersSchema.check(
      because((value) =>
        jsonBytes(value) > LIMITS.judgeParametersBytes
          ? `must have ${LIMITS.judgeParametersBytes} bytes of JSON at most`
          : null,
      ),
    )
      .transform((value) => value as { [key: string]: JsonValue })
      .default({}),
    threshold: thresholdOf(0.75),
  }),
} as const satisfies { [T in EvaluatorType]: z.ZodType<Configs[T]> };

const EXAMPLE = { name: 'polite', type: 'contains', config: { values: ['please', 'thank you'], mode: 'any' } };

const ruleSchema = <T extends EvaluatorType, C extends z.ZodType>(type: T, config: C) =>
  z.strictObject({ name: EvaluatorNameSchema, type: z.literal(type), config });

export const NewEvaluatorSchema = z
  .discriminatedUnion('type', [
    ruleSchema('exact', CONFIGS.exact),
    ruleSchema('contains', CONFIGS.contains),
    ruleSchema('regex', CONFIGS.regex),
    ruleSchema('json_schema', CONFIGS.json_schema),
    ruleSchema('levenshtein', CONFIGS.levenshtein),
    ruleSchema('rouge_l', CONFIGS.rouge_l),
    ruleSchema('bleu', CONFIGS.bleu),
    ruleSchema('latency', CONFIGS.latency),
    ruleSchema('cost', CONFIGS.cost),
    ruleSchema('llm_judge', CONFIGS.llm_judge),
  ])
  .openapi('NewEvaluator', { example: EXAMPLE });

export const EvaluatorPatchSchema = z
  .strictObject({ config: z.record(z.string(), z.unknown()).describe('Whole, as the type wants it') })
  .openapi('EvaluatorPatch', { example: { config: EXAMPLE.config } });

/** What an evaluator is to be set up with anew, by its type. @throws AppError validation_failed */
export function readRule(type: EvaluatorType, config: unknown): Rule {
  const parsed = CONFIGS[type].safeParse(config);
  if (parsed.success) return { type, config: parsed.data } as Rule;
  const errors = parsed.error.issues.slice(0, 100).map(({ path, message, code }) => ({
    path: ['config', ...path].map(String).join('.'),
    message,
    code: code ?? 'invalid',
  }));
  throw new AppError('validation_failed', `${errors[0]?.path}: ${errors[0]?.message}`, { errors });
}

export const EvaluatorParams = z.object({
  name: z.string().min(1).max(HANDLE_MAX).describe('The evaluator’s id, or its percent-encoded name'),
});

const TypeSchema = z.enum(EVALUATOR_TYPES);

export const EvaluatorQuery = PageQuery.extend({ type: TypeSchema.optional() });

const facts = {
  revision: z.number().int().describe('Grows by one with every change'),
  config: z.record(z.string(), z.unknown()).describe('Whole: with what was left out'),
  createdBy: z.string().describe('The id of the user or API key'),
  createdAt: TimestampSchema,
};

export const EvaluatorSchema = z
  .object({ id: z.string(), name: z.string(), type: TypeSchema, ...facts, updatedAt: TimestampSchema })
  .openapi('Evaluator');

const EvaluatorRevisionSchema = z.object(facts).openapi('EvaluatorRevision');

export const EvaluatorPageSchema = pageOf(EvaluatorSchema).openapi('EvaluatorPage');
export const EvaluatorRevisionPageSchema = pageOf(EvaluatorRevisionSchema).openapi('EvaluatorRevisionPage');

export type EvaluatorJson = z.input<typeof EvaluatorSchema>;
export type EvaluatorRevisionJson = z.input<typeof EvaluatorRevisionSchema>;
