import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { readMe } from '../queries/me.ts';
import { MeSchema, presentMe } from '../schemas.ts';

const route = tenantRoute({
  method: 'get',
  path: '/v1/me',
  operationId: 'getMe',
  summary: 'The person signed in, their tenant and role, and what else they belong to',
  tags: ['Identity'],
  access: 'person',
  responses: { 200: { description: 'You', content: { 'application/json': { schema: MeSchema } } } },
});

export const getMeRoutes = tenantRoutes().openapi(route, async (c) =>
  c.json(presentMe(await readMe(c.get('tenant'))), 200),
);
