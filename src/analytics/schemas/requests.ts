import { z } from '@hono/zod-openapi';
import { EnvironmentNameSchema } from '../../environments/public-http.ts';
import { PageQuery, TimestampSchema } from '../../platform/http/schemas.ts';
import { DIMENSIONS } from '../domain/dimensions.ts';

const prompt = z.string().min(1).max(255).describe('Name or id; of a deleted prompt its id');
const format = z.enum(['json', 'csv']).optional().describe('Or `Accept: text/csv`');
const from = TimestampSchema.optional();
const to = TimestampSchema.optional().describe('Before this instant; now if left out');

export const StatsQuery = z.object({
  from: from.describe('30 days before `to` if left out, two where the interval is an hour'),
  to,
  environment: EnvironmentNameSchema.optional(),
  prompt: prompt.optional(),
  interval: z.enum(['hour', 'day']).default('day'),
  tz: z
    .string()
    .min(1)
    .max(64)
    .default('UTC')
    .describe(
      'Whose days they are: an IANA zone. Where it is off UTC by a part of an hour, a day begins at the full hour before',
    )
    .openapi({ example: 'Europe/Zurich' }),
  format,
});

export const UsageQuery = PageQuery.extend({
  by: z
    .enum(DIMENSIONS)
    .describe('A member’s executions are those of its API keys too; an event is whatever else happened, by its type'),
  environment: EnvironmentNameSchema.optional().describe('With `by=prompt`'),
  from: from.describe('Rounded to the hour; 30 days before `to` if left out'),
  to,
  format,
});

export const TrendingQuery = PageQuery.extend({
  days: z.coerce.number().int().min(1).max(45).default(7).openapi({ example: 7 }),
  environment: EnvironmentNameSchema.optional(),
  format,
});

export const VariantsQuery = z.object({
  environment: EnvironmentNameSchema,
  prompt,
  from: from.describe('Rounded to the hour; 30 days before `to` if left out'),
  to,
  format,
});

export const RebuildSchema = z
  .strictObject({ day: z.iso.date().describe('A day (UTC) of the last 35').openapi({ example: '2026-11-20' }) })
  .openapi('RebuildAnalytics');
