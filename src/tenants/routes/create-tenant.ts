import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { createTenant } from '../commands/create.ts';
import type { Furnish } from '../commands/found.ts';
import { CreateTenantSchema, presentTenant, TenantSchema } from '../schemas.ts';

const route = tenantRoute({
  method: 'post',
  path: '/v1/tenants',
  operationId: 'createTenant',
  summary: 'Make another tenant of one’s own',
  description: 'The credential stays with its tenant: POST /v1/auth/switch-tenant signs in to the new one.',
  tags: ['Tenants'],
  access: 'person',
  action: 'tenant.create',
  request: { body: { required: true, content: { 'application/json': { schema: CreateTenantSchema } } } },
  responses: { 201: { description: 'The tenant', content: { 'application/json': { schema: TenantSchema } } } },
});

export const createTenantRoutes = (furnish: Furnish) =>
  tenantRoutes().openapi(route, async (c) => {
    const tenant = await createTenant(c.get('tenant'), c.req.valid('json'), furnish, presentTenant);
    return c.json(presentTenant(tenant), 201);
  });
