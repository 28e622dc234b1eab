import { z } from '@hono/zod-openapi';
import { timestamp } from '../kernel/time.ts';
import { TimestampSchema } from '../platform/http/schemas.ts';
import type { User } from './domain.ts';

/** An email as we keep it: lower case. At most 254 characters (RFC 5321, 4.5.3.1.3). */
export const EmailSchema = z
  .string()
  .trim()
  .max(254)
  .pipe(z.email())
  .transform((email) => email.toLowerCase())
  .openapi({ type: 'string', format: 'email', maxLength: 254, example: 'ada@example.com' });

export const PersonNameSchema = z.string().trim().min(1).max(100).openapi({ example: 'Ada' });

export const UserSchema = z
  .object({
    id: z.string().openapi({ example: 'usr_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
    email: z.string().openapi({ example: 'ada@example.com' }),
    name: z.string().openapi({ example: 'Ada' }),
    createdAt: TimestampSchema,
  })
  .openapi('User');

export const presentUser = ({ id, email, name, createdAt }: User): z.input<typeof UserSchema> => ({
  id,
  email,
  name,
  createdAt: timestamp(createdAt),
});
