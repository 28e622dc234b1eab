import { z } from '@hono/zod-openapi';
import { ROLES } from '../kernel/permissions.ts';
import { timestamp, TimestampSchema } from '../platform/http/schemas.ts';
import type { Tenant } from './repo.ts';

export const RoleSchema = z.enum(ROLES).openapi('Role');

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
