import { z } from '@hono/zod-openapi';
import { SubjectSchema } from '../deployments/public-http.ts';
import { EnvironmentNameSchema } from '../environments/public-http.ts';
import type { JsonValue } from '../kernel/canonical-json.ts';
import { canonicalLocale } from '../kernel/locale.ts';
import { NAME_MAX, nameProblem } from '../kernel/names.ts';
import { JsonSchema } from '../platform/http/schemas.ts';
import { VARIABLE_MAX } from './domain/plain-render.ts';

const PromptNameSchema = z
  .string()
  .max(NAME_MAX)
  .check((payload) => {
    const problem = nameProblem(payload.value);
    if (problem !== null) payload.issues.push({ code: 'custom', message: problem, input: payload.value });
  })
  .openapi({ example: 'support/greeting' });

const WantedLocaleSchema = z
  .string()
  .max(35)
  .transform((text, check) => {
    const locale = canonicalLocale(text);
    if (locale !== null) return locale;
    check.addIssue({ code: 'custom', message: 'must be a BCP 47 language tag such as fr or pt-BR' });
    return z.NEVER;
  })
  .openapi({ type: 'string', example: 'fr-CA' });

export const FetchParams = z.object({ environment: EnvironmentNameSchema, name: PromptNameSchema });
export const BatchParams = z.object({ environment: EnvironmentNameSchema });

export const FetchQuery = z.object({
  locale: WantedLocaleSchema.optional().describe('Falls back to shorter ones (fr-CA → fr), then to the version’s own'),
  subject: SubjectSchema.optional(),
});

const minGeneration = z
  .string()
  .regex(/^\d{1,15}$/, 'must be a whole number')
  .transform(Number)
  .optional()
  .openapi({ type: 'string', example: '0' })
  .describe('Passes by copies of an older generation, for a caller that must see its own deployment');

/** Other headers are read by hand: zod would have to list all that a client may send. */
export const EdgeHeaders = z.object({ 'x-min-generation': minGeneration });

/** No z.record, which drops a variable called `__proto__`. */
const VariablesSchema = z
  .unknown()
  .check((payload) => {
    const { value } = payload;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isObject && Object.keys(value).every((name) => name.length <= VARIABLE_MAX)) return;
    const message = isObject ? `must have names of ${VARIABLE_MAX} characters at most` : 'must be an object';
    payload.issues.push({ code: 'custom', message, input: value });
  })
  .transform((value) => value as Record<string, JsonValue>)
  .openapi({ type: 'object', additionalProperties: true, default: {}, example: { name: 'Ada' } });

export const RenderSchema = z
  .strictObject({
    variables: VariablesSchema.default({}),
    locale: WantedLocaleSchema.optional(),
    subject: SubjectSchema.optional(),
  })
  .openapi('EdgeRender');

export const BatchSchema = z
  .strictObject({
    names: z
      .array(PromptNameSchema)
      .min(1)
      .max(100)
      .openapi({ example: ['support/greeting'] }),
    locale: WantedLocaleSchema.optional(),
    subject: SubjectSchema.optional(),
  })
  .openapi('EdgeBatch');

const served = {
  name: z.string(),
  environment: z.string(),
  tag: z.string().openapi({ example: '1.2.0' }),
  variant: z
    .string()
    .nullable()
    .describe('The tag that was chosen for the subject; null: one version is served, or no subject was named'),
  versionId: z.string(),
  kind: z.enum(['text', 'chat']),
  locale: z.string().describe('The locale that is served'),
  fallback: z.boolean().describe('Whether it is another than the one asked for'),
  text: z.string().optional().describe('Of a text prompt'),
  messages: z
    .array(z.object({ role: z.string(), content: z.string() }))
    .optional()
    .describe('Of a chat prompt'),
  model: z.record(z.string(), JsonSchema).nullable(),
  deploymentId: z.string().describe('The deployment that made it what it is'),
  generation: z.number().int().describe('The environment’s generation since which it is served'),
  contentHash: z.string(),
};

const VariableSchema = z.object({
  name: z.string(),
  type: z.enum(['string', 'number', 'boolean', 'array', 'object']).optional(),
  required: z.boolean().optional(),
  default: JsonSchema.optional(),
  description: z.string().optional(),
});

export const EdgePromptSchema = z.object({ ...served, variables: z.array(VariableSchema) }).openapi('EdgePrompt');

export const EdgeRenderedSchema = z.object(served).openapi('EdgeRendered');

export const EdgeBatchResultSchema = z
  .object({
    data: z.array(
      z.union([
        EdgePromptSchema,
        z.object({
          name: z.string(),
          error: z.object({ code: z.enum(['not_deployed', 'unavailable']), detail: z.string() }),
        }),
      ]),
    ),
  })
  .openapi('EdgeBatchResult');
