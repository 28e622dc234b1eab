import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { PageQuery } from '../../platform/http/schemas.ts';
import { listInvitations } from '../queries/list-invitations.ts';
import { InvitationPageSchema, presentInvitation } from '../schemas.ts';

const route = tenantRoute({
  method: 'get',
  path: '/v1/invitations',
  operationId: 'listInvitations',
  summary: 'The invitations that can still be accepted, newest first',
  tags: ['Members'],
  access: 'members:manage',
  request: { query: PageQuery },
  responses: { 200: { description: 'Invitations', content: { 'application/json': { schema: InvitationPageSchema } } } },
});

export const listInvitationsRoutes = tenantRoutes().openapi(route, async (c) =>
  c.json(await listInvitations(c.get('tenant'), c.req.valid('query'), presentInvitation), 200),
);
