import type { OpenAPIHono } from '@hono/zod-openapi';
import type { PublicEnv } from '../platform/http/env.ts';
import { publicRoutes } from '../platform/http/route.ts';
import type { Furnish } from '../tenants/public.ts';
import { acceptInvitationRoutes } from './routes/accept-invitation.ts';
import { getJwksRoutes } from './routes/get-jwks.ts';
import { getMeRoutes } from './routes/get-me.ts';
import { loginRoutes } from './routes/login.ts';
import { logoutRoutes } from './routes/logout.ts';
import { refreshRoutes } from './routes/refresh.ts';
import { registerRoutes } from './routes/register.ts';
import { switchTenantRoutes } from './routes/switch-tenant.ts';

/** Signing in and out, and who one is. @param furnish what other rooms put into a new tenant */
export function authRoutes(furnish: Furnish): OpenAPIHono<PublicEnv> {
  const routes = publicRoutes();
  const open = [
    registerRoutes(furnish),
    loginRoutes,
    refreshRoutes,
    logoutRoutes,
    acceptInvitationRoutes,
    getJwksRoutes,
  ];
  for (const room of open) routes.route('/', room);
  for (const room of [switchTenantRoutes, getMeRoutes]) routes.route('/', room);
  return routes;
}
