import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { PageQuery } from '../../platform/http/schemas.ts';
import { listMembers } from '../queries/list-members.ts';
import { MemberPageSchema, presentMember } from '../schemas.ts';

const route = tenantRoute({
  method: 'get',
  path: '/v1/members',
  operationId: 'listMembers',
  summary: 'Who belongs to the tenant, in the order in which they joined',
  tags: ['Members'],
  access: 'members:read',
  request: { query: PageQuery },
  responses: { 200: { description: 'Members', content: { 'application/json': { schema: MemberPageSchema } } } },
});

export const listMembersRoutes = tenantRoutes().openapi(route, async (c) =>
  c.json(await listMembers(c.get('tenant'), c.req.valid('query'), presentMember), 200),
);
