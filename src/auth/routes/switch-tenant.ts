import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { switchTenant } from '../commands/switch-tenant.ts';
import { presentSignedIn, SignedInSchema, SwitchTenantSchema } from '../schemas.ts';

const route = tenantRoute({
  method: 'post',
  path: '/v1/auth/switch-tenant',
  operationId: 'switchTenant',
  summary: 'Sign in to another tenant of one’s own',
  description: 'Gives new tokens for that tenant. The session of the credential goes on.',
  tags: ['Identity'],
  access: 'person',
  action: 'session.create',
  request: { body: { required: true, content: { 'application/json': { schema: SwitchTenantSchema } } } },
  responses: { 200: { description: 'Signed in', content: { 'application/json': { schema: SignedInSchema } } } },
});

export const switchTenantRoutes = tenantRoutes().openapi(route, async (c) =>
  c.json(presentSignedIn(await switchTenant(c.get('tenant'), c.req.valid('json').tenantId)), 200),
);
