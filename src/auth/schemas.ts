import { z } from '@hono/zod-openapi';
import { presentTenant, RoleSchema, TenantNameSchema, TenantSchema } from '../tenants/public.ts';
import { presentUser, UserSchema } from '../users/public.ts';
import type { SignedIn } from './commands/open-session.ts';

export const EmailSchema = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email())
  .transform((email) => email.toLowerCase())
  .openapi({ type: 'string', format: 'email', example: 'ada@example.com' });

/** Length counts, not kinds of characters (NIST SP 800-63B, 5.1.1). */
export const PasswordSchema = z.string().min(10).max(200).openapi({ example: 'correct horse battery' });

export const PersonNameSchema = z.string().trim().min(1).max(100).openapi({ example: 'Ada' });

export const RegisterSchema = z
  .strictObject({ email: EmailSchema, password: PasswordSchema, name: PersonNameSchema, tenantName: TenantNameSchema })
  .openapi('Register');

export const LoginSchema = z
  .strictObject({
    email: EmailSchema,
    password: z.string().min(1).max(200).openapi({ example: 'correct horse battery' }),
    tenantId: z.string().max(64).optional().describe('Which tenant to sign in to; the one joined first by default'),
  })
  .openapi('Login');

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
