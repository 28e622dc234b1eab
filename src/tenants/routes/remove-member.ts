import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { removeMember } from '../commands/remove-member.ts';
import { MemberPathSchema } from '../schemas.ts';

const route = tenantRoute({
  method: 'delete',
  path: '/v1/members/{userId}',
  operationId: 'removeMember',
  summary: 'Leave the tenant, or remove a member from it',
  description:
    'Anybody may leave; removing others needs members:manage, owners members:manage_owners. The last owner stays. ' +
    'API keys of the one who left stop on the control plane; fetches at the edge go on until the keys are revoked.',
  tags: ['Members'],
  access: 'member',
  action: 'member.delete',
  request: { params: MemberPathSchema },
  responses: { 204: { description: 'Removed' } },
});

export const removeMemberRoutes = tenantRoutes().openapi(route, async (c) => {
  await removeMember(c.get('tenant'), c.req.valid('param').userId);
  return c.body(null, 204);
});
