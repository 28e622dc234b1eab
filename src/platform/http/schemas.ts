import { z } from '@hono/zod-openapi';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import { ERROR_CODES } from '../../kernel/errors.ts';

export const ProblemSchema = z
  .object({
    type: z.string().openapi({ example: 'urn:footlight:problem:not_found' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().describe('What is wrong and what to do next'),
    instance: z.string(),
    code: z.enum(ERROR_CODES),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          path: z.string(),
          message: z.string(),
          code: z.string(),
          position: z.object({ offset: z.number(), line: z.number(), column: z.number() }).optional(),
        }),
      )
      .optional(),
    links: z.record(z.string(), z.string()).optional().describe('Where to look next'),
  })
  .openapi('Problem');

export const TimestampSchema = z.iso.datetime().openapi({ example: '2026-11-20T12:00:00.000Z' });

/** The query of every list. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20).openapi({ example: 20 }),
  cursor: z.string().min(1).max(2000).optional(),
});

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ data: z.array(item), nextCursor: z.string().nullable().describe('Pass as ?cursor= for the next page') });

/** A JSON value of any shape. */
export const JsonSchema: z.ZodType<JsonValue> = z
  .unknown()
  .transform((value) => value as JsonValue)
  .openapi({ type: ['object', 'array', 'string', 'number', 'boolean', 'null'] });
