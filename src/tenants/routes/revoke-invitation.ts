import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { revokeInvitation } from '../commands/revoke-invitation.ts';
import { InvitationPathSchema } from '../schemas.ts';

const route = tenantRoute({
  method: 'delete',
  path: '/v1/invitations/{id}',
  operationId: 'revokeInvitation',
  summary: 'Take an invitation back',
  tags: ['Members'],
  access: 'members:manage',
  action: 'invitation.delete',
  request: { params: InvitationPathSchema },
  responses: { 204: { description: 'Taken back' } },
});

export const revokeInvitationRoutes = tenantRoutes().openapi(route, async (c) => {
  await revokeInvitation(c.get('tenant'), c.req.valid('param').id);
  return c.body(null, 204);
});
