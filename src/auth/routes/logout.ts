import { publicRoute, publicRoutes } from '../../platform/http/route.ts';
import { logout } from '../commands/logout.ts';
import { RefreshSchema } from '../schemas.ts';

const route = publicRoute({
  method: 'post',
  path: '/v1/auth/logout',
  operationId: 'logout',
  summary: 'End the session of a refresh token',
  tags: ['Identity'],
  request: { body: { required: true, content: { 'application/json': { schema: RefreshSchema } } } },
  responses: { 204: { description: 'Ended, or there was none' } },
});

export const logoutRoutes = publicRoutes().openapi(route, async (c) => {
  await logout(c.get('context'), c.req.valid('json').refreshToken);
  return c.body(null, 204);
});
