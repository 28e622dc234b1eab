import { bearerToken } from '../../platform/http/bearer.ts';
import { publicRoute, publicRoutes } from '../../platform/http/route.ts';
import { acceptInvitation } from '../commands/accept-invitation.ts';
import { AcceptInvitationSchema, presentSignedIn, SignedInSchema } from '../schemas.ts';

const route = publicRoute({
  method: 'post',
  path: '/v1/invitations/accept',
  operationId: 'acceptInvitation',
  summary: 'Join a tenant on an invitation and sign in to it',
  description:
    'A new email needs a name and a password. A known one proves to be yours by its password, or by its access token in ' +
    'the Authorization header.',
  tags: ['Members'],
  request: { body: { required: true, content: { 'application/json': { schema: AcceptInvitationSchema } } } },
  responses: { 200: { description: 'Signed in', content: { 'application/json': { schema: SignedInSchema } } } },
});

export const acceptInvitationRoutes = publicRoutes().openapi(route, async (c) => {
  const accessToken = bearerToken(c.req.header('authorization') ?? null);
  const address = c.req.header('cf-connecting-ip') ?? null;
  const signedIn = await acceptInvitation(c.get('context'), c.req.valid('json'), { accessToken, address });
  return c.json(presentSignedIn(signedIn), 200);
});
