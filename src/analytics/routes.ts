import type { z } from '@hono/zod-openapi';
import { csvAnswer, wantsCsv } from '../platform/http/csv.ts';
import { asItIs, tenantRoute, tenantRoutes } from '../platform/http/route.ts';
import { rebuildDay } from './commands/rebuild.ts';
import { readStats } from './queries/stats.ts';
import { listTrending } from './queries/trending.ts';
import { listUsage } from './queries/usage.ts';
import { listVariants } from './queries/variants.ts';
import { presentStats, presentTrending, presentUsage, presentVariants } from './present.ts';
import { RebuildSchema, StatsQuery, TrendingQuery, UsageQuery, VariantsQuery } from './schemas/requests.ts';
import { RebuiltSchema, StatsSchema, TrendingSchema, UsageSchema, VariantsSchema } from './schemas/responses.ts';
import { statsSheet, trendingSheet, usageSheet, variantsSheet } from './sheets.ts';

const tags = ['Analytics'];
/** Of one page as CSV: whoever wants a sheet wants all of it. */
const SHEET_ROWS = 10_000;

const told = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: { 'application/json': { schema } },
});

const statsRoute = tenantRoute({
  method: 'get',
  path: '/v1/analytics/stats',
  operationId: 'getAnalyticsStats',
  summary: 'What was fetched and run, and what it cost, over time',
  description:
    'A point for each hour (744 at most) or day (400), those without anything included. JSON, or CSV (`format=csv`). Events are ' +
    'counted within seconds.',
  tags,
  access: 'analytics:read',
  request: { query: StatsQuery },
  responses: { 200: told('The series', StatsSchema) },
});

const usageRoute = tenantRoute({
  method: 'get',
  path: '/v1/analytics/usage',
  operationId: 'listAnalyticsUsage',
  summary: 'Who or what used how much, the dearest first',
  description:
    'JSON in pages; CSV (`format=csv`) has up to 10,000 rows at once, whatever `limit` says, and a `Link` to the next where there are more.',
  tags,
  access: 'analytics:read',
  request: { query: UsageQuery },
  responses: { 200: told('A page of it', UsageSchema) },
});

const trendingRoute = tenantRoute({
  method: 'get',
  path: '/v1/analytics/trending',
  operationId: 'listTrendingPrompts',
  summary: 'Prompts by activity, with the change to the days before',
  description: 'The last `days` times 24 hours beside as many before. CSV as in usage.',
  tags,
  access: 'analytics:read',
  request: { query: TrendingQuery },
  responses: { 200: told('A page of prompts', TrendingSchema) },
});

const variantsRoute = tenantRoute({
  method: 'get',
  path: '/v1/analytics/variants',
  operationId: 'getAnalyticsVariants',
  summary: 'What an experiment came to, by variant',
  description:
    'Of what was given out for a subject: the rest is no part of the experiment. JSON, or CSV (`format=csv`).',
  tags,
  access: 'analytics:read',
  request: { query: VariantsQuery },
  responses: { 200: told('The variants, by tag', VariantsSchema) },
});

const rebuildRoute = tenantRoute({
  method: 'post',
  path: '/v1/analytics/rebuild',
  operationId: 'rebuildAnalytics',
  summary: 'Count a day anew from its events',
  description: 'Safe to repeat. 409 `state_conflict` while too much is coming in.',
  tags,
  access: 'analytics:manage',
  action: 'analytics.rebuild',
  request: { body: { required: true, content: { 'application/json': { schema: RebuildSchema } } } },
  responses: { 200: told('From what it was counted', RebuiltSchema) },
});

export const analyticsRoutes = tenantRoutes()
  .openapi(statsRoute, async (c) => {
    const query = c.req.valid('query');
    const stats = await readStats(c.get('tenant'), query);
    if (!wantsCsv(query.format, c.req.header('accept'))) return c.json(presentStats(stats), 200);
    return asItIs(csvAnswer('stats', statsSheet(stats)));
  })
  .openapi(usageRoute, async (c) => {
    const query = c.req.valid('query');
    const sheet = wantsCsv(query.format, c.req.header('accept'));
    const usage = await listUsage(c.get('tenant'), sheet ? { ...query, limit: SHEET_ROWS } : query);
    if (!sheet) return c.json(presentUsage(usage), 200);
    return asItIs(csvAnswer('usage', usageSheet(usage), linkTo(c.req.url, usage.nextCursor)));
  })
  .openapi(trendingRoute, async (c) => {
    const query = c.req.valid('query');
    const sheet = wantsCsv(query.format, c.req.header('accept'));
    const trending = await listTrending(c.get('tenant'), sheet ? { ...query, limit: SHEET_ROWS } : query);
    if (!sheet) return c.json(presentTrending(trending), 200);
    return asItIs(csvAnswer('trending', trendingSheet(trending), linkTo(c.req.url, trending.nextCursor)));
  })
  .openapi(variantsRoute, async (c) => {
    const query = c.req.valid('query');
    const variants = await listVariants(c.get('tenant'), query);
    if (!wantsCsv(query.format, c.req.header('accept'))) return c.json(presentVariants(variants), 200);
    return asItIs(csvAnswer('variants', variantsSheet(variants)));
  })
  .openapi(rebuildRoute, async (c) => c.json(await rebuildDay(c.get('tenant'), c.req.valid('json').day), 200));

/** Where a sheet goes on (RFC 8288). */
function linkTo(url: string, cursor: string | null): Record<string, string> {
  if (cursor === null) return {};
  const next = new URL(url);
  next.searchParams.set('cursor', cursor);
  return { link: `<${next.pathname}${next.search}>; rel="next"` };
}
