import { publicRoute, publicRoutes } from '../../platform/http/route.ts';
import { refresh } from '../commands/refresh.ts';
import { presentSignedIn, RefreshSchema, SignedInSchema } from '../schemas.ts';

const route = publicRoute({
  method: 'post',
  path: '/v1/auth/refresh',
  operationId: 'refresh',
  summary: 'Trade a refresh token for the next pair',
  description:
    'Each is good for one refresh. Presenting one again ends its session (401 token_reused): refresh one at a time.',
  tags: ['Identity'],
  request: { body: { required: true, content: { 'application/json': { schema: RefreshSchema } } } },
  responses: { 200: { description: 'Signed in', content: { 'application/json': { schema: SignedInSchema } } } },
});

export const refreshRoutes = publicRoutes().openapi(route, async (c) =>
  c.json(presentSignedIn(await refresh(c.get('context'), c.req.valid('json').refreshToken)), 200),
);
