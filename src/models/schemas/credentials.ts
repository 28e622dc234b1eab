import { z } from '@hono/zod-openapi';
import { timestamp } from '../../kernel/time.ts';
import { pageOf, TimestampSchema } from '../../platform/http/schemas.ts';
import { LIMITS } from '../domain/limits.ts';
import { KEYED_PROVIDERS } from '../domain/model.ts';
import type { ProviderCredential } from '../table.ts';
import { BaseUrlSchema } from './models.ts';

const KeyedProviderSchema = z
  .enum(KEYED_PROVIDERS, { error: `must be one of ${KEYED_PROVIDERS.join(', ')}: mock takes no credential` })
  .openapi({ example: 'openai' });

export const CredentialParams = z.object({ provider: KeyedProviderSchema });

export const PutCredentialSchema = z
  .strictObject({
    apiKey: z
      .string()
      .min(1)
      .max(LIMITS.apiKey)
      .regex(/^[\x21-\x7e]*$/, 'must be visible ASCII without spaces')
      .describe('Encrypted at rest, and never returned'),
    baseUrl: BaseUrlSchema.nullable()
      .optional()
      .describe('Where the provider is asked by models that do not say it themselves'),
  })
  .openapi('PutProviderCredential', { example: { apiKey: 'your-key-at-the-provider' } });

export const CredentialSchema = z
  .object({
    provider: KeyedProviderSchema,
    lastFour: z.string().describe(`Of a key of ${LIMITS.shownKey} characters or more; else empty`),
    baseUrl: z.string().nullable(),
    updatedBy: z.string().describe('The id of the user or API key'),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  })
  .openapi('ProviderCredential');

export const CredentialPageSchema = pageOf(CredentialSchema).openapi('ProviderCredentialPage');

export function presentCredential(row: ProviderCredential): z.input<typeof CredentialSchema> {
  const { lastFour, baseUrl, updatedBy, createdAt, updatedAt } = row;
  const provider = row.provider as (typeof KEYED_PROVIDERS)[number];
  return { provider, lastFour, baseUrl, updatedBy, createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
}
