import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context as HonoContext } from 'hono';
import type { Actor } from '../kernel/actor.ts';
import { asksForTruth } from '../platform/http/cache-control.ts';
import { derive, forActor } from '../platform/context.ts';
import { documentedHeaders, documentedParameter } from '../platform/http/documented.ts';
import type { TenantEnv } from '../platform/http/env.ts';
import { selfCheckedRoute, tenantRoutes } from '../platform/http/route.ts';
import { rememberForNextTime } from './at-once.ts';
import { readCredential } from './credential.ts';
import { matchesEntityTag } from './domain/conditions.ts';
import { noteBatch, noteFetch, noteUse } from './notes.ts';
import { headersOf, serverTiming } from './present.ts';
import { fetchBatch } from './queries/batch.ts';
import { fetchPrompt } from './queries/fetch.ts';
import type { EdgeContext } from './queries/load.ts';
import { renderPrompt } from './queries/render.ts';
import {
  BatchParams,
  BatchSchema,
  EdgeBatchResultSchema,
  EdgeHeaders,
  EdgePromptSchema,
  EdgeRenderedSchema,
  FetchParams,
  FetchQuery,
  RenderSchema,
} from './schemas.ts';

const fetchRoute = selfCheckedRoute(
  {
    tags: ['Edge'],
    access: 'edge:read',
    method: 'get',
    path: '/v1/edge/{environment}/prompts/{name}',
    operationId: 'fetchActivePrompt',
    summary: 'The active version of a prompt, from the nearest edge',
    description:
      'The slashes of a name may be written plainly or encoded. `ETag` and `If-None-Match` (304). `X-Generation` says ' +
      'since which generation it is served, `Server-Timing` which store answered. `Cache-Control: no-cache` asks the ' +
      'database, for the key too.',
    parameters: [documentedParameter('If-None-Match')],
    request: { params: FetchParams, query: FetchQuery, headers: EdgeHeaders },
    responses: {
      200: {
        description: 'The prompt',
        headers: documentedHeaders('ETag', 'X-Generation', 'Server-Timing'),
        content: { 'application/json': { schema: EdgePromptSchema } },
      },
      304: {
        description: 'Still the one that If-None-Match names',
        headers: documentedHeaders('ETag', 'X-Generation', 'Server-Timing'),
      },
    },
  },
  readCredential,
);

const renderRoute = selfCheckedRoute(
  {
    tags: ['Edge'],
    access: 'edge:read',
    method: 'post',
    path: '/v1/edge/{environment}/render/{name}',
    operationId: 'renderActivePrompt',
    summary: 'The active version of a prompt, filled in',
    request: {
      params: FetchParams,
      headers: EdgeHeaders,
      body: { required: true, content: { 'application/json': { schema: RenderSchema } } },
    },
    responses: {
      200: {
        description: 'Rendered',
        headers: documentedHeaders('X-Generation', 'Server-Timing'),
        content: { 'application/json': { schema: EdgeRenderedSchema } },
      },
    },
  },
  readCredential,
);

const batchRoute = selfCheckedRoute(
  {
    tags: ['Edge'],
    access: 'edge:read',
    method: 'post',
    path: '/v1/edge/{environment}/batch',
    operationId: 'fetchActivePrompts',
    summary: 'Up to a hundred active prompts at once, in the order of their names',
    request: {
      params: BatchParams,
      headers: EdgeHeaders,
      body: { required: true, content: { 'application/json': { schema: BatchSchema } } },
    },
    responses: {
      200: {
        description: 'Each prompt, or why not',
        headers: documentedHeaders('Server-Timing'),
        content: { 'application/json': { schema: EdgeBatchResultSchema } },
      },
    },
  },
  readCredential,
);

const router = tenantRoutes();
for (const route of [fetchRoute, renderRoute, batchRoute]) router.openAPIRegistry.registerPath(route);

export const edgeRoutes: OpenAPIHono<TenantEnv> = router
  .openapi(routed(fetchRoute), async (c) => {
    const { environment, name } = c.req.valid('param');
    const { locale = null, subject = null } = c.req.valid('query');
    const found = await fetchPrompt(edgeContext(c), { ...asked(c), environment, name, locale, subject });
    rememberForNextTime(c.req.raw, subject, found, noteFetch(c.get('context'), found, environment));
    const { page, tier } = found;
    const headers = headersOf(page.etag, page.generation, tier);
    const noneMatch = c.req.header('if-none-match');
    return noneMatch !== undefined && matchesEntityTag(noneMatch, page.etag)
      ? c.body(null, 304, headers)
      : c.body(page.body, 200, { ...headers, 'content-type': 'application/json' });
  })
  .openapi(routed(renderRoute), async (c) => {
    const { environment, name } = c.req.valid('param');
    const { variables, locale = null, subject = null } = c.req.valid('json');
    const found = await renderPrompt(edgeContext(c), { ...asked(c), environment, name, locale, subject, variables });
    noteUse(c.get('context'), 'render', { ...found, served: found.rendered });
    const headers = { 'server-timing': serverTiming(found.tier), 'x-generation': String(found.bundle.generation) };
    return c.json(found.rendered, 200, headers);
  })
  .openapi(routed(batchRoute), async (c) => {
    const { environment } = c.req.valid('param');
    const { names, locale = null, subject = null } = c.req.valid('json');
    const found = await fetchBatch(edgeContext(c), { ...asked(c), environment, names, locale, subject });
    noteBatch(c.get('context'), found);
    return c.json({ data: found.data }, 200, { 'server-timing': serverTiming(found.tier) });
  });

/** The route as it is mounted: a name goes on to the end of the path. The document, which knows no such thing, has the other. */
function routed<R extends { path: string }>(route: R): R {
  return { ...route, path: route.path.replace(/\{name\}$/, '{name{.+}}'), hide: true };
}

type EdgeRequest = HonoContext<TenantEnv>;

function edgeContext(c: EdgeRequest): EdgeContext {
  const context = c.get('context');
  return derive(context, {
    authenticate: (authorization: string) => c.get('doorkeepers').authenticate(context, authorization),
    identified: (actor: Actor): void => c.set('tenant', forActor(context, actor)),
  });
}

const asked = (c: EdgeRequest) => ({
  authorization: c.req.header('authorization') ?? null,
  minGeneration: Number(c.req.header('x-min-generation') ?? 0),
  truth: asksForTruth(c.req.header('cache-control') ?? null),
});
