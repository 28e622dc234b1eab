import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { PageQuery } from '../../platform/http/schemas.ts';
import { removeCredential } from '../commands/delete-credential.ts';
import { setCredential } from '../commands/put-credential.ts';
import { findCredential, pageOfCredentials } from '../queries/credentials.ts';
import {
  CredentialPageSchema,
  CredentialParams,
  CredentialSchema,
  presentCredential,
  PutCredentialSchema,
} from '../schemas/credentials.ts';

const tags = ['Provider credentials'];
const one = { description: 'The credential', content: { 'application/json': { schema: CredentialSchema } } };
const access = 'credentials:manage';

const list = tenantRoute({
  method: 'get',
  path: '/v1/provider-credentials',
  operationId: 'listProviderCredentials',
  tags,
  summary: 'The providers that there is a key for',
  access,
  request: { query: PageQuery },
  responses: {
    200: { description: 'Credentials', content: { 'application/json': { schema: CredentialPageSchema } } },
  },
});

const get = tenantRoute({
  method: 'get',
  path: '/v1/provider-credentials/{provider}',
  operationId: 'getProviderCredential',
  tags,
  summary: 'What there is of a provider’s credential, its key left out',
  access,
  request: { params: CredentialParams },
  responses: { 200: one },
});

const put = tenantRoute({
  method: 'put',
  path: '/v1/provider-credentials/{provider}',
  operationId: 'putProviderCredential',
  tags,
  summary: 'Set a provider’s key',
  description: 'In place of the one before. The key is encrypted at rest, and never returned.',
  access,
  action: 'credential.put',
  request: {
    params: CredentialParams,
    body: { required: true, content: { 'application/json': { schema: PutCredentialSchema } } },
  },
  responses: { 200: one },
});

const remove = tenantRoute({
  method: 'delete',
  path: '/v1/provider-credentials/{provider}',
  operationId: 'deleteProviderCredential',
  tags,
  summary: 'Remove a provider’s key',
  access,
  action: 'credential.delete',
  request: { params: CredentialParams },
  responses: { 204: { description: 'Removed' } },
});

export const credentialRoutes = tenantRoutes()
  .openapi(list, async (c) =>
    c.json(await pageOfCredentials(c.get('tenant'), c.req.valid('query'), presentCredential), 200),
  )
  .openapi(get, async (c) =>
    c.json(presentCredential(await findCredential(c.get('tenant'), c.req.valid('param').provider)), 200),
  )
  .openapi(put, async (c) => {
    const { provider } = c.req.valid('param');
    return c.json(presentCredential(await setCredential(c.get('tenant'), provider, c.req.valid('json'))), 200);
  })
  .openapi(remove, async (c) => {
    await removeCredential(c.get('tenant'), c.req.valid('param').provider);
    return c.body(null, 204);
  });
