import { tenantRoute, tenantRoutes } from '../platform/http/route.ts';
import { PageQuery } from '../platform/http/schemas.ts';
import { createApiKey } from './commands/create.ts';
import { revokeApiKey } from './commands/revoke.ts';
import { listApiKeys } from './queries/list.ts';
import {
  ApiKeyPageSchema,
  ApiKeyPathSchema,
  CreateApiKeySchema,
  NewApiKeySchema,
  presentApiKey,
  presentNewApiKey,
} from './schemas.ts';

const createRoute = tenantRoute({
  method: 'post',
  path: '/v1/api-keys',
  operationId: 'createApiKey',
  summary: 'Make an API key',
  description:
    'The key is shown this once. On the control plane it may what its scopes say and its maker may now; fetches at the ' +
    'edge go on until it is revoked, though its maker leaves.',
  tags: ['API keys'],
  access: 'api_keys:manage',
  action: 'api_key.create',
  request: { body: { required: true, content: { 'application/json': { schema: CreateApiKeySchema } } } },
  responses: { 201: { description: 'The key', content: { 'application/json': { schema: NewApiKeySchema } } } },
});

const listRoute = tenantRoute({
  method: 'get',
  path: '/v1/api-keys',
  operationId: 'listApiKeys',
  summary: 'API keys, newest first',
  tags: ['API keys'],
  access: 'api_keys:manage',
  request: { query: PageQuery },
  responses: { 200: { description: 'Keys', content: { 'application/json': { schema: ApiKeyPageSchema } } } },
});

const revokeRoute = tenantRoute({
  method: 'delete',
  path: '/v1/api-keys/{id}',
  operationId: 'revokeApiKey',
  summary: 'Revoke an API key',
  description:
    'At once on the control plane; for runs within a second, at the edge within a minute, or at once with `Cache-Control: no-cache`.',
  tags: ['API keys'],
  access: 'api_keys:manage',
  action: 'api_key.delete',
  request: { params: ApiKeyPathSchema },
  responses: { 204: { description: 'Revoked' } },
});

export const apiKeyRoutes = tenantRoutes()
  .openapi(createRoute, async (c) => {
    const { key, text } = await createApiKey(c.get('tenant'), c.req.valid('json'), presentNewApiKey);
    return c.json(presentNewApiKey(key, text), 201);
  })
  .openapi(listRoute, async (c) => c.json(await listApiKeys(c.get('tenant'), c.req.valid('query'), presentApiKey), 200))
  .openapi(revokeRoute, async (c) => {
    await revokeApiKey(c.get('tenant'), c.req.valid('param').id);
    return c.body(null, 204);
  });
