import { z } from '@hono/zod-openapi';
import { jsonBytes, jsonProblem, LIMITS as CONTENT } from '../../content/public.ts';
import { because, jsonObject } from '../../content/public-http.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import { AppError } from '../../kernel/errors.ts';
import { JsonSchema } from '../../platform/http/schemas.ts';
import { LIMITS } from '../domain/limits.ts';
import type { Parameters } from '../domain/model.ts';
import { RESERVED_PARAMETERS } from '../domain/parameters.ts';

const ResponseFormatSchema = z
  .discriminatedUnion('type', [
    z.strictObject({ type: z.literal('text') }),
    z.strictObject({ type: z.literal('json') }),
    z.strictObject({
      type: z.literal('json_schema'),
      name: z
        .string()
        .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ and -')
        .optional(),
      schema: jsonObject(LIMITS.parametersBytes).openapi({ type: 'object', additionalProperties: true }),
    }),
  ])
  .openapi('ResponseFormat');

function wholeProblem(value: { [key: string]: unknown }): string | null {
  const problem = jsonProblem(value as { [key: string]: JsonValue }, CONTENT.jsonDepth);
  if (problem !== null) return problem;
  return jsonBytes(value) > LIMITS.parametersBytes ? `must have ${LIMITS.parametersBytes} bytes of JSON at most` : null;
}

/** What a model is asked with, as requests say it: of models, and of single executions. */
export const ParametersSchema = z
  .object({
    temperature: z.number().min(0).max(2).optional(),
    maxTokens: z.number().int().min(1).max(LIMITS.maxTokens).optional(),
    topP: z.number().min(0).max(1).optional(),
    stop: z.array(z.string().min(1).max(LIMITS.stop)).max(LIMITS.stops).optional(),
    seed: z.number().int().optional(),
    responseFormat: ResponseFormatSchema.optional(),
    tools: z.array(JsonSchema).max(LIMITS.tools).optional().describe('In the provider’s own shape'),
    toolChoice: JsonSchema.optional().describe('In the provider’s own shape'),
  })
  .catchall(JsonSchema)
  .check(because(wholeProblem), (context) => {
    for (const key of Object.keys(context.value).filter((name) => RESERVED_PARAMETERS.has(name))) {
      const message = `is not a parameter: Footlight says what is asked, of whom, and how the answer comes`;
      context.issues.push({ code: 'custom', message, input: context.value, path: [key] });
    }
  })
  .transform((value) => value as Parameters)
  .openapi('ModelParameters', {
    description: `What a model is asked with; any other key goes to the provider as it stands. ${LIMITS.parametersBytes} bytes of JSON at most. Not taken: ${[...RESERVED_PARAMETERS].join(', ')}`,
    example: { temperature: 0.2, maxTokens: 500 },
  });

/**
 * Parameters that came another way than in a request's body, such as a version's settings.
 * @param path where they stand, for what is said of them
 * @throws AppError validation_failed
 */
export function parseParameters(value: unknown, path: string): Parameters {
  const parsed = ParametersSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({
    path: [path, ...issue.path.map(String)].join('.'),
    message: issue.message,
    code: issue.code,
  }));
  throw new AppError('validation_failed', `${errors[0]?.path ?? path}: ${errors[0]?.message ?? 'is not valid'}`, {
    errors,
  });
}
