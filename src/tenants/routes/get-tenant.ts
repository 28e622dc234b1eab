import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { readTenant } from '../queries/read.ts';
import { presentTenant, TenantSchema } from '../schemas.ts';

const route = tenantRoute({
  method: 'get',
  path: '/v1/tenant',
  operationId: 'getTenant',
  summary: 'The tenant that the credential is for',
  tags: ['Tenants'],
  access: 'tenant:read',
  responses: { 200: { description: 'The tenant', content: { 'application/json': { schema: TenantSchema } } } },
});

export const getTenantRoutes = tenantRoutes().openapi(route, async (c) =>
  c.json(presentTenant(await readTenant(c.get('tenant'))), 200),
);
