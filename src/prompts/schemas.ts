import { z } from '@hono/zod-openapi';
import { jsonObject, LocaleSchema, MessageSchema } from '../content/public-http.ts';

const VARIABLES_MAX = 500;
/** As long as a body may be. */
const VARIABLES_BYTES = 1024 * 1024;

export const PromptParamSchema = z.string().min(1).max(255).describe('The prompt’s id, or its percent-encoded name');

export const RenderSchema = z
  .strictObject({
    variables: jsonObject(VARIABLES_BYTES)
      .refine((values) => Object.keys(values).length <= VARIABLES_MAX, `at most ${VARIABLES_MAX} variables`)
      .default({})
      .openapi({ type: 'object', additionalProperties: true, default: {}, maxProperties: VARIABLES_MAX }),
    locale: LocaleSchema.optional().describe('Exact, then shorter, then the version’s own'),
  })
  .openapi('RenderPrompt', { example: { variables: { customer: 'Ada' }, locale: 'fr' } });

export const RenderedSchema = z
  .object({
    text: z.string().optional().describe('Of the kind text'),
    messages: z.array(MessageSchema).optional().describe('Of the kind chat'),
    locale: z.string().describe('The locale that was rendered'),
    fallback: z.boolean().describe('Whether it is another one than was asked for'),
    tag: z.string(),
  })
  .openapi('RenderedPrompt');
