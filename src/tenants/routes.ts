import type { OpenAPIHono } from '@hono/zod-openapi';
import type { TenantEnv } from '../platform/http/env.ts';
import { tenantRoutes } from '../platform/http/route.ts';
import type { Furnish } from './commands/found.ts';
import { changeMemberRoutes } from './routes/change-member.ts';
import { createInvitationRoutes } from './routes/create-invitation.ts';
import { createTenantRoutes } from './routes/create-tenant.ts';
import { getTenantRoutes } from './routes/get-tenant.ts';
import { listInvitationsRoutes } from './routes/list-invitations.ts';
import { listMembersRoutes } from './routes/list-members.ts';
import { removeMemberRoutes } from './routes/remove-member.ts';
import { revokeInvitationRoutes } from './routes/revoke-invitation.ts';
import { updateTenantRoutes } from './routes/update-tenant.ts';

/** Tenants, their members and invitations. @param furnish what other rooms put into a new tenant */
export function tenantsRoutes(furnish: Furnish): OpenAPIHono<TenantEnv> {
  const routes = tenantRoutes();
  const tenant = [createTenantRoutes(furnish), getTenantRoutes, updateTenantRoutes];
  const members = [listMembersRoutes, changeMemberRoutes, removeMemberRoutes];
  const invitations = [createInvitationRoutes, listInvitationsRoutes, revokeInvitationRoutes];
  for (const room of [...tenant, ...members, ...invitations]) routes.route('/', room);
  return routes;
}
