import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { invite } from '../commands/invite.ts';
import { InviteSchema, NewInvitationSchema, presentNewInvitation } from '../schemas.ts';

const route = tenantRoute({
  method: 'post',
  path: '/v1/invitations',
  operationId: 'createInvitation',
  summary: 'Invite an email to a role',
  description: 'Good for 7 days and one use. An invitation still open to this email is replaced.',
  tags: ['Members'],
  access: 'members:manage',
  action: 'invitation.create',
  request: { body: { required: true, content: { 'application/json': { schema: InviteSchema } } } },
  responses: {
    201: { description: 'The invitation', content: { 'application/json': { schema: NewInvitationSchema } } },
  },
});

export const createInvitationRoutes = tenantRoutes().openapi(route, async (c) => {
  const { invitation, token } = await invite(c.get('tenant'), c.req.valid('json'), presentNewInvitation);
  return c.json(presentNewInvitation(invitation, token), 201);
});
