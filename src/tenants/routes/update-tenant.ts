import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { updateTenant } from '../commands/update.ts';
import { presentTenant, TenantSchema, UpdateTenantSchema } from '../schemas.ts';

const route = tenantRoute({
  method: 'patch',
  path: '/v1/tenant',
  operationId: 'updateTenant',
  summary: 'Rename the tenant; let owners break the glass, or not',
  tags: ['Tenants'],
  access: 'tenant:update',
  action: 'tenant.update',
  request: { body: { required: true, content: { 'application/json': { schema: UpdateTenantSchema } } } },
  responses: { 200: { description: 'The tenant', content: { 'application/json': { schema: TenantSchema } } } },
});

export const updateTenantRoutes = tenantRoutes().openapi(route, async (c) =>
  c.json(presentTenant(await updateTenant(c.get('tenant'), c.req.valid('json'))), 200),
);
