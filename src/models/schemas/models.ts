import { z } from '@hono/zod-openapi';
import { plainTextProblem } from '../../content/public.ts';
import { because } from '../../content/public-http.ts';
import { PageQuery, pageOf, TimestampSchema } from '../../platform/http/schemas.ts';
import { BASE_URL_MAX } from '../domain/base-url.ts';
import { LIMITS, modelNameProblem } from '../domain/limits.ts';
import { PROVIDERS } from '../domain/model.ts';
import { ParametersSchema } from './parameters.ts';

const ProviderSchema = z.enum(PROVIDERS).openapi({ example: 'openai' });

/** A model's name, where one is given or named. */
export const ModelNameSchema = z
  .string()
  .check(because(modelNameProblem))
  .openapi({ minLength: 1, maxLength: LIMITS.name, example: 'fast' });

export const BaseUrlSchema = z
  .string()
  .max(BASE_URL_MAX)
  .describe('https, and no private, local or reserved address')
  .openapi({ example: 'https://llm.example.com/v1' });

const price = z.number().int().min(0).max(LIMITS.price);

const PricesSchema = z
  .strictObject({ inputMicrosPerMillion: price, outputMicrosPerMillion: price })
  .describe('Micro-USD for a million tokens')
  .openapi('Prices', { example: { inputMicrosPerMillion: 2_500_000, outputMicrosPerMillion: 10_000_000 } });

const settings = {
  provider: ProviderSchema,
  model: z
    .string()
    .min(1)
    .max(LIMITS.model)
    .check(
      because((text) =>
        text.trim() === text && !/\p{Cc}/u.test(text)
          ? plainTextProblem(text)
          : 'must be printable, without outer spaces',
      ),
    )
    .describe('As the provider calls it')
    .openapi({ example: 'gpt-4o-mini' }),
  baseUrl: BaseUrlSchema.nullable()
    .optional()
    .describe(
      'Where the provider is asked. Without it: where its credential says, else the provider’s own. To set or change it takes credentials:manage too',
    ),
  parameters: ParametersSchema.nullable().optional().describe('What it is asked with; null: nothing'),
  contextWindow: z
    .number()
    .int()
    .min(1)
    .max(LIMITS.contextWindow)
    .nullable()
    .optional()
    .describe('In tokens. Without it what the price list knows; null is unknown'),
  prices: PricesSchema.nullable().optional().describe('Without them those of the price list; null is unknown'),
  fallbacks: z
    .array(ModelNameSchema)
    .max(LIMITS.fallbacks)
    .nullable()
    .optional()
    .describe('Names of models to try in order when this one fails'),
};

export const NewModelSchema = z.strictObject({ name: ModelNameSchema, ...settings }).openapi('NewModel', {
  example: { name: 'fast', provider: 'openai', model: 'gpt-4o-mini', parameters: { temperature: 0.2 } },
});

export const ModelPatchSchema = z
  .strictObject({ ...settings, provider: settings.provider.optional(), model: settings.model.optional() })
  .check(
    because((patch) =>
      Object.keys(patch).length > 0 ? null : `must have at least one of ${Object.keys(settings).join(', ')}`,
    ),
  )
  .openapi('ModelPatch', { example: { parameters: { temperature: 0 } } });

export const ModelParams = z.object({
  name: z.string().min(1).max(LIMITS.name).describe('The model’s id, or its percent-encoded name'),
});

export const ModelRevisionParams = ModelParams.extend({
  revision: z.coerce.number().int().min(1).max(1_000_000_000).openapi({ example: 1 }),
});

export const ModelQuery = PageQuery.extend({ provider: ProviderSchema.optional() });

const facts = {
  provider: ProviderSchema,
  model: z.string(),
  baseUrl: z.string().nullable(),
  parameters: z.record(z.string(), z.unknown()),
  contextWindow: z.number().int().nullable().describe('In tokens; null: unknown'),
  prices: PricesSchema.nullable().describe('Null: unknown'),
  priceSource: z
    .enum(['tenant', 'list'])
    .nullable()
    .describe('Who said the prices: the tenant, or the list that comes with Footlight, when the revision was made'),
  fallbacks: z.array(z.string()),
  contentHash: z.string().describe('SHA-256 over all that matters when the model is asked'),
  createdBy: z.string().describe('The id of the user or API key'),
  createdAt: TimestampSchema,
};

export const ModelSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    revision: z.number().int().describe('The latest: grows by one with every change'),
    ...facts,
    updatedAt: TimestampSchema,
  })
  .openapi('Model');

export const ModelRevisionSchema = z
  .object({ id: z.string(), name: z.string(), revision: z.number().int(), ...facts })
  .openapi('ModelRevision');

export const ModelPageSchema = pageOf(ModelSchema).openapi('ModelPage');
export const ModelRevisionPageSchema = pageOf(ModelRevisionSchema).openapi('ModelRevisionPage');

export type ModelJson = z.input<typeof ModelSchema>;
export type ModelRevisionJson = z.input<typeof ModelRevisionSchema>;
