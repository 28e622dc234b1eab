import { publicRoute, publicRoutes } from '../../platform/http/route.ts';
import type { Furnish } from '../../tenants/public.ts';
import { register } from '../commands/register.ts';
import { presentSignedIn, RegisterSchema, SignedInSchema } from '../schemas.ts';

const route = publicRoute({
  method: 'post',
  path: '/v1/auth/register',
  operationId: 'register',
  summary: 'Make a person and a tenant that is theirs',
  tags: ['Identity'],
  request: { body: { required: true, content: { 'application/json': { schema: RegisterSchema } } } },
  responses: { 201: { description: 'Signed in', content: { 'application/json': { schema: SignedInSchema } } } },
});

export const registerRoutes = (furnish: Furnish) =>
  publicRoutes().openapi(route, async (c) =>
    c.json(presentSignedIn(await register(c.get('context'), c.req.valid('json'), furnish)), 201),
  );
