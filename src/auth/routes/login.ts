import { publicRoute, publicRoutes } from '../../platform/http/route.ts';
import { login } from '../commands/login.ts';
import { LoginSchema, presentSignedIn, SignedInSchema } from '../schemas.ts';

const route = publicRoute({
  method: 'post',
  path: '/v1/auth/login',
  operationId: 'login',
  summary: 'Sign in to a tenant',
  description: 'Repeated failures for an account or an address are refused for a while: 429 with Retry-After.',
  tags: ['Identity'],
  request: { body: { required: true, content: { 'application/json': { schema: LoginSchema } } } },
  responses: { 200: { description: 'Signed in', content: { 'application/json': { schema: SignedInSchema } } } },
});

export const loginRoutes = publicRoutes().openapi(route, async (c) => {
  const address = c.req.header('cf-connecting-ip') ?? null;
  return c.json(presentSignedIn(await login(c.get('context'), c.req.valid('json'), address)), 200);
});
