import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { changeRole } from '../commands/change-role.ts';
import { ChangeRoleSchema, MemberPathSchema, MemberSchema, presentMember } from '../schemas.ts';

const route = tenantRoute({
  method: 'patch',
  path: '/v1/members/{userId}',
  operationId: 'changeMember',
  summary: 'Give a member another role',
  description: 'It takes effect at once. Owners are made and changed by owners; the last one can’t be demoted.',
  tags: ['Members'],
  access: 'members:manage',
  action: 'member.update',
  request: {
    params: MemberPathSchema,
    body: { required: true, content: { 'application/json': { schema: ChangeRoleSchema } } },
  },
  responses: { 200: { description: 'The member', content: { 'application/json': { schema: MemberSchema } } } },
});

export const changeMemberRoutes = tenantRoutes().openapi(route, async (c) => {
  const member = await changeRole(c.get('tenant'), c.req.valid('param').userId, c.req.valid('json').role);
  return c.json(presentMember(member), 200);
});
