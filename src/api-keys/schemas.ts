import { z } from '@hono/zod-openapi';
import { ENVIRONMENT_NAME } from '../kernel/names.ts';
import { API_KEY_SCOPES, PERMISSION_NAMES } from '../kernel/permissions.ts';
import { optionalTimestamp, timestamp } from '../kernel/time.ts';
import { pageOf, TimestampSchema } from '../platform/http/schemas.ts';
import type { ApiKey } from './domain.ts';

const EnvironmentNameSchema = z.string().regex(ENVIRONMENT_NAME, 'is not a name of an environment');

const ScopesSchema = z
  .array(z.enum(PERMISSION_NAMES))
  .min(1)
  .max(PERMISSION_NAMES.length)
  .describe(`At most its maker’s own permissions, of these: ${API_KEY_SCOPES.join(', ')}`);

export const CreateApiKeySchema = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    scopes: ScopesSchema,
    environments: z
      .array(EnvironmentNameSchema)
      .min(1)
      .max(50)
      .nullish()
      .describe('Names of the environments that it may touch; all of them by default'),
    expiresAt: z.iso
      .datetime({ offset: true })
      .transform((text) => Date.parse(text))
      .nullish()
      .describe('In the future, at most 5 years ahead; never by default'),
  })
  .openapi('CreateApiKey', {
    example: { name: 'web app', scopes: ['edge:read'], environments: ['production'] },
  });

export const ApiKeySchema = z
  .object({
    id: z.string().openapi({ example: 'key_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
    name: z.string().openapi({ example: 'web app' }),
    prefix: z.string().describe('The beginning of the key, to tell keys apart by'),
    scopes: z.array(z.enum(PERMISSION_NAMES)),
    environments: z.array(z.string()).nullable().describe('null: all of them'),
    createdBy: z.string().describe('Its maker: the key may no more than they may now'),
    createdAt: TimestampSchema,
    expiresAt: TimestampSchema.nullable(),
    revokedAt: TimestampSchema.nullable(),
  })
  .openapi('ApiKey');

export const NewApiKeySchema = ApiKeySchema.extend({
  key: z.string().describe('Shown this once: `fl_…`'),
}).openapi('NewApiKey');

export const ApiKeyPageSchema = pageOf(ApiKeySchema).openapi('ApiKeyPage');

export const ApiKeyPathSchema = z.object({
  id: z.string().max(100).openapi({ example: 'key_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
});

export const presentApiKey = (key: ApiKey): z.input<typeof ApiKeySchema> => ({
  id: key.id,
  name: key.name,
  prefix: key.prefix,
  scopes: key.scopes,
  environments: key.environments,
  createdBy: key.createdBy,
  createdAt: timestamp(key.createdAt),
  expiresAt: optionalTimestamp(key.expiresAt),
  revokedAt: optionalTimestamp(key.revokedAt),
});

export const presentNewApiKey = (key: ApiKey, text: string): z.input<typeof NewApiKeySchema> => ({
  ...presentApiKey(key),
  key: text,
});
