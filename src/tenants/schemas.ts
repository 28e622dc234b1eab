import { z } from '@hono/zod-openapi';
import { ROLES } from '../kernel/permissions.ts';
import { timestamp } from '../kernel/time.ts';
import { pageOf, TimestampSchema } from '../platform/http/schemas.ts';
import { EmailSchema } from '../users/public-http.ts';
import type { Invitation, Member, Tenant } from './domain.ts';

export const RoleSchema = z.enum(ROLES).openapi('Role', { example: 'editor' });

export const TenantNameSchema = z.string().trim().min(1).max(100).openapi({ example: 'Acme' });

export const TenantSchema = z
  .object({
    id: z.string().openapi({ example: 'ten_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
    name: z.string().openapi({ example: 'Acme' }),
    breakGlass: z.boolean().describe('Whether owners may deploy without the missing approvals'),
    createdAt: TimestampSchema,
  })
  .openapi('Tenant');

export const presentTenant = ({ id, name, breakGlass, createdAt }: Tenant): z.input<typeof TenantSchema> => ({
  id,
  name,
  breakGlass,
  createdAt: timestamp(createdAt),
});

export const CreateTenantSchema = z
  .strictObject({ name: TenantNameSchema })
  .openapi('CreateTenant', { example: { name: 'Acme' } });

export const UpdateTenantSchema = z
  .strictObject({
    name: TenantNameSchema.optional(),
    breakGlass: z
      .boolean()
      .optional()
      .describe('Whether owners may deploy without the missing approvals. Needs deployments:break_glass'),
  })
  .refine(({ name, breakGlass }) => name !== undefined || breakGlass !== undefined, 'say what to change')
  .openapi('UpdateTenant', { example: { name: 'Acme' } });

export const MemberSchema = z
  .object({
    userId: z.string().openapi({ example: 'usr_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
    email: z.string().openapi({ example: 'ada@example.com' }),
    name: z.string().openapi({ example: 'Ada' }),
    role: RoleSchema,
    since: TimestampSchema,
  })
  .openapi('Member');

export const presentMember = ({ userId, email, name, role, createdAt }: Member): z.input<typeof MemberSchema> => ({
  userId,
  email,
  name,
  role,
  since: timestamp(createdAt),
});

export const MemberPageSchema = pageOf(MemberSchema).openapi('MemberPage');

export const ChangeRoleSchema = z
  .strictObject({ role: RoleSchema })
  .openapi('ChangeRole', { example: { role: 'approver' } });

export const MemberPathSchema = z.object({
  userId: z.string().max(100).openapi({ example: 'usr_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
});

export const InviteSchema = z
  .strictObject({ email: EmailSchema, role: RoleSchema })
  .openapi('Invite', { example: { email: 'grace@example.com', role: 'editor' } });

export const InvitationSchema = z
  .object({
    id: z.string().openapi({ example: 'inv_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
    email: z.string().openapi({ example: 'grace@example.com' }),
    role: RoleSchema,
    invitedBy: z.string().openapi({ example: 'usr_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
    createdAt: TimestampSchema,
    expiresAt: TimestampSchema,
  })
  .openapi('Invitation');

export const NewInvitationSchema = InvitationSchema.extend({
  token: z.string().describe('Shown this once: send it to the person, who gives it to POST /v1/invitations/accept'),
}).openapi('NewInvitation');

export const presentInvitation = (invitation: Invitation): z.input<typeof InvitationSchema> => {
  const { id, email, role, invitedBy, createdAt, expiresAt } = invitation;
  return { id, email, role, invitedBy, createdAt: timestamp(createdAt), expiresAt: timestamp(expiresAt) };
};

export const presentNewInvitation = (invitation: Invitation, token: string): z.input<typeof NewInvitationSchema> => ({
  ...presentInvitation(invitation),
  token,
});

export const InvitationPageSchema = pageOf(InvitationSchema).openapi('InvitationPage');

export const InvitationPathSchema = z.object({
  id: z.string().max(100).openapi({ example: 'inv_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
});
