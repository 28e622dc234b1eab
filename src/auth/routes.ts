import type { OpenAPIHono } from '@hono/zod-openapi';
import type { PublicEnv } from '../platform/http/env.ts';
import { publicRoute, publicRoutes } from '../platform/http/route.ts';
import type { Furnish } from '../tenants/public.ts';
import { login } from './commands/login.ts';
import { register } from './commands/register.ts';
import { LoginSchema, presentSignedIn, RegisterSchema, SignedInSchema } from './schemas.ts';

const signedIn = { description: 'Signed in', content: { 'application/json': { schema: SignedInSchema } } };

const registerRoute = publicRoute({
  method: 'post',
  path: '/v1/auth/register',
  operationId: 'register',
  summary: 'Make a person and a tenant that is theirs',
  tags: ['Identity'],
  request: { body: { required: true, content: { 'application/json': { schema: RegisterSchema } } } },
  responses: { 201: signedIn },
});

const loginRoute = publicRoute({
  method: 'post',
  path: '/v1/auth/login',
  operationId: 'login',
  summary: 'Sign in to a tenant',
  tags: ['Identity'],
  request: { body: { required: true, content: { 'application/json': { schema: LoginSchema } } } },
  responses: { 200: signedIn },
});

export const authRoutes = (furnish: Furnish): OpenAPIHono<PublicEnv> =>
  publicRoutes()
    .openapi(registerRoute, async (c) =>
      c.json(presentSignedIn(await register(c.get('context'), c.req.valid('json'), furnish)), 201),
    )
    .openapi(loginRoute, async (c) => c.json(presentSignedIn(await login(c.get('context'), c.req.valid('json'))), 200));
