import { z } from '@hono/zod-openapi';
import { pageOf, TimestampSchema } from '../../platform/http/schemas.ts';
import { DIMENSIONS } from '../domain/dimensions.ts';
import { ACCURACY } from '../domain/sketch.ts';

const count = z.number().int();
const milliseconds = z.number().describe('Milliseconds');

const NumbersSchema = z
  .object({
    fetches: count.describe('Answers of the edge to a fetch, 304 included'),
    renders: count,
    views: count.describe('Of the prompt through the API'),
    executions: count.describe('That ended'),
    errors: count.describe('Executions that failed'),
    cached: count.describe('Executions that were answered from the cache'),
    inputTokens: count,
    outputTokens: count,
    costMicros: count.describe('Micro-USD, of what has a price'),
    unpriced: count.describe('Completed executions whose cost is not known'),
    events: count.describe('What else happened: something was made, asked for, deployed'),
    latencyMs: z
      .object({ p50: milliseconds, p95: milliseconds, p99: milliseconds })
      .nullable()
      .describe(`Of completed executions, within ${ACCURACY * 100} %, rounded; null: there was none`),
    feedback: z
      .object({
        count,
        mean: z.number().describe('0 to 1'),
        interval: z.object({ low: z.number(), high: z.number() }).nullable().describe('95 % (Student’s t)'),
      })
      .nullable(),
  })
  .openapi('AnalyticsNumbers');
export type NumbersJson = z.input<typeof NumbersSchema>;

const named = z.object({ id: z.string(), name: z.string().nullable() });
const span = {
  from: TimestampSchema.describe('Of the first hour or day that is in it'),
  to: TimestampSchema.describe('Where the last one ends'),
};

export const StatsSchema = z
  .object({
    ...span,
    interval: z.enum(['hour', 'day']),
    timezone: z.string(),
    environment: z.string().nullable(),
    prompt: named.nullable(),
    data: z.array(
      NumbersSchema.extend({
        start: TimestampSchema,
        date: z.string().nullable().describe('The day, in that zone').openapi({ example: '2026-11-20' }),
      }),
    ),
    total: NumbersSchema,
  })
  .openapi('AnalyticsStats');
export type StatsJson = z.input<typeof StatsSchema>;

export const UsageSchema = pageOf(
  NumbersSchema.extend({
    id: z.string().describe('Of the prompt, member or API key; the name of anything else'),
    name: z.string().nullable().describe('Null for those who may not see it, and where there is none'),
  }),
)
  .extend({ by: z.enum(DIMENSIONS), environment: z.string().nullable(), ...span })
  .openapi('AnalyticsUsage');
export type UsageJson = z.input<typeof UsageSchema>;

export const TrendingSchema = pageOf(
  z.object({
    prompt: named,
    activity: count.describe('Fetches, renders, executions and views'),
    before: count.describe('In as many days before'),
    change: z.number().nullable().describe('0.5: half as much again; null: there was nothing before'),
  }),
)
  .extend({ days: count, environment: z.string().nullable(), ...span })
  .openapi('AnalyticsTrending');
export type TrendingJson = z.input<typeof TrendingSchema>;

export const VariantsSchema = z
  .object({
    ...span,
    environment: z.string(),
    prompt: named,
    data: z.array(NumbersSchema.extend({ tag: z.string() })),
  })
  .openapi('AnalyticsVariants');
export type VariantsJson = z.input<typeof VariantsSchema>;

export const RebuiltSchema = z
  .object({
    day: z.string(),
    events: z.number().int().describe('From how many events it was counted'),
    uses: z.number().int().describe('And from how many fetches, renders and views'),
  })
  .openapi('RebuiltAnalytics');
