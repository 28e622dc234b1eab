import { z } from '@hono/zod-openapi';
import type { Role } from '../kernel/permissions.ts';
import { timestamp } from '../kernel/time.ts';
import { TimestampSchema } from '../platform/http/schemas.ts';
import { type Tenant } from '../tenants/public.ts';
import { presentTenant, RoleSchema, TenantNameSchema, TenantSchema } from '../tenants/public-http.ts';
import { type User } from '../users/public.ts';
import { EmailSchema, PersonNameSchema, presentUser, UserSchema } from '../users/public-http.ts';
import { PASSWORD_MIN } from './domain/password.ts';

const PASSWORD = 'correct horse battery';

/** Length counts, not kinds of characters (NIST SP 800-63B, 5.1.1). */
const PasswordSchema = z.string().min(PASSWORD_MIN).max(200).openapi({ example: PASSWORD });

/** A password that must be right, not good. */
const GivenPasswordSchema = z.string().min(1).max(200).openapi({ example: PASSWORD });

const TenantIdSchema = z.string().min(1).max(64).openapi({ example: 'ten_01jd3z8v4q6r0s2t4v6w8y0a2c' });

export const RegisterSchema = z
  .strictObject({ email: EmailSchema, password: PasswordSchema, name: PersonNameSchema, tenantName: TenantNameSchema })
  .openapi('Register', {
    example: { email: 'ada@example.com', password: PASSWORD, name: 'Ada', tenantName: 'Acme' },
  });

export const LoginSchema = z
  .strictObject({
    email: EmailSchema,
    password: GivenPasswordSchema,
    tenantId: TenantIdSchema.optional().describe('Which tenant to sign in to; the one joined first by default'),
  })
  .openapi('Login', { example: { email: 'ada@example.com', password: PASSWORD } });

export const RefreshSchema = z
  .strictObject({ refreshToken: z.string().min(1).max(200) })
  .openapi('Refresh', { example: { refreshToken: 'flr_01jd3z8v4q6r0s2t4v6w8y0a2c_' + 'x'.repeat(43) } });

export const SwitchTenantSchema = z
  .strictObject({ tenantId: TenantIdSchema })
  .openapi('SwitchTenant', { example: { tenantId: 'ten_01jd3z8v4q6r0s2t4v6w8y0a2c' } });

export const AcceptInvitationSchema = z
  .strictObject({
    token: z.string().min(1).max(200).describe('From the invitation'),
    name: PersonNameSchema.optional().describe('For a new account'),
    password: GivenPasswordSchema.optional().describe(
      `A new account’s (at least ${PASSWORD_MIN} characters) or an existing one’s; not needed with an access token`,
    ),
  })
  .openapi('AcceptInvitation', {
    example: { token: 'inv_01jd3z8v4q6r0s2t4v6w8y0a2c_' + 'x'.repeat(43), name: 'Grace', password: PASSWORD },
  });

/** What signing in gives, by whichever way. */
export interface SignedIn {
  user: User;
  tenant: Tenant;
  role: Role;
  accessToken: string;
  refreshToken: string;
  /** Seconds until the access token expires. */
  expiresIn: number;
}

export const SignedInSchema = z
  .object({
    user: UserSchema,
    tenant: TenantSchema,
    role: RoleSchema,
    accessToken: z.string().describe('A JWT (EdDSA) for this tenant'),
    refreshToken: z.string().describe('Good for one refresh'),
    tokenType: z.literal('Bearer'),
    expiresIn: z.number().int().describe('Seconds until the access token expires'),
  })
  .openapi('SignedIn');

export const presentSignedIn = (signedIn: SignedIn): z.input<typeof SignedInSchema> => ({
  ...signedIn,
  user: presentUser(signedIn.user),
  tenant: presentTenant(signedIn.tenant),
  tokenType: 'Bearer',
});

export const MeSchema = z
  .object({
    user: UserSchema,
    tenant: TenantSchema,
    role: RoleSchema,
    memberships: z.array(z.object({ tenant: TenantSchema, role: RoleSchema, since: TimestampSchema })),
  })
  .openapi('Me');

export const presentMe = (me: {
  user: User;
  tenant: Tenant;
  role: Role;
  memberships: { tenant: Tenant; role: Role; createdAt: number }[];
}): z.input<typeof MeSchema> => ({
  user: presentUser(me.user),
  tenant: presentTenant(me.tenant),
  role: me.role,
  memberships: me.memberships.map(({ tenant, role, createdAt }) => ({
    tenant: presentTenant(tenant),
    role,
    since: timestamp(createdAt),
  })),
});

export const JwksSchema = z
  .object({
    keys: z.array(
      z.object({
        kid: z.string(),
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        alg: z.literal('EdDSA'),
        use: z.literal('sig'),
      }),
    ),
  })
  .openapi('JsonWebKeySet');
