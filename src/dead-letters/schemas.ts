import { z } from '@hono/zod-openapi';
import type { JsonValue } from '../kernel/canonical-json.ts';
import { idPattern } from '../kernel/ids.ts';
import { optionalTimestamp, timestamp } from '../kernel/time.ts';
import { JsonSchema, PageQuery, pageOf, TimestampSchema } from '../platform/http/schemas.ts';
import type { DeadLetter, ListedDeadLetter } from './table.ts';

export const DeadLetterParams = z.object({
  id: z
    .string()
    .regex(idPattern('outboxEvent'), 'must be the id of a dead letter')
    .openapi({ example: 'out_01jd0000000000000000000000' }),
});

export const DeadLetterQuery = PageQuery.extend({
  retried: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('Only those that were sent again since they died, or only those that were not')
    .openapi({ example: 'false' }),
});

const ListedSchema = z.object({
  id: z.string().describe('The message’s own: one that dies again keeps it'),
  queue: z.string().openapi({ example: 'footlight-events' }),
  type: z.string().openapi({ example: 'execution.completed' }),
  error: z
    .object({ code: z.string(), message: z.string() })
    .nullable()
    .describe('Why it could not be handled when it came for the last time; null: that could not be kept'),
  attempts: z.number().int().nullable().describe('How often it came'),
  failedAt: TimestampSchema,
  retriedAt: TimestampSchema.nullable().describe('When it was sent again, since it died'),
});

export const DeadLetterSchema = ListedSchema.extend({
  message: z
    .object({
      v: z.number().int().describe('Of the shape that the type has'),
      id: z.string(),
      tenantId: z.string(),
      type: z.string(),
      at: z.number().int().describe('When it was told, in milliseconds since 1970'),
      body: JsonSchema,
    })
    .describe('As it was received'),
}).openapi('DeadLetter');

export const DeadLetterPageSchema = pageOf(ListedSchema.openapi('ListedDeadLetter')).openapi('DeadLetterPage');

export function presentListed(letter: ListedDeadLetter): z.input<typeof ListedSchema> {
  const { id, queue, type, error, attempts, failedAt, retriedAt } = letter;
  return { id, queue, type, error, attempts, failedAt: timestamp(failedAt), retriedAt: optionalTimestamp(retriedAt) };
}

export const presentDeadLetter = (letter: DeadLetter): z.output<typeof DeadLetterSchema> => ({
  ...presentListed(letter),
  message: { ...letter.message, body: letter.message.body as JsonValue },
});
