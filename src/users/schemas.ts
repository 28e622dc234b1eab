import { z } from '@hono/zod-openapi';
import { timestamp, TimestampSchema } from '../platform/http/schemas.ts';
import type { User } from './repo.ts';

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
