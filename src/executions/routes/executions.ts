import { z } from '@hono/zod-openapi';
import { asItIs, tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { cancelExecution } from '../commands/cancel.ts';
import { readExecution } from '../queries/find.ts';
import { linksOf } from '../queries/links.ts';
import { listPage } from '../queries/list.ts';
import { openEvents, openSocket } from '../queries/streams.ts';
import {
  ExecutionPageSchema,
  ExecutionParams,
  ExecutionSchema,
  LastEventHeader,
  ListQuery,
  presentExecution,
  presentListed,
  StreamQuery,
} from '../schemas.ts';

const tags = ['Executions'];
const one = { description: 'The execution', content: { 'application/json': { schema: ExecutionSchema } } };

const listRoute = tenantRoute({
  method: 'get',
  path: '/v1/executions',
  operationId: 'listExecutions',
  summary: 'Executions, newest first',
  description:
    'One that runs is listed a second after it began; one that has ended, at once. By its id it is found at once.',
  tags,
  access: 'executions:read',
  request: { query: ListQuery },
  responses: { 200: { description: 'Executions', content: { 'application/json': { schema: ExecutionPageSchema } } } },
});

const findRoute = tenantRoute({
  method: 'get',
  path: '/v1/executions/{id}',
  operationId: 'getExecution',
  summary: 'One execution, with its output',
  tags,
  access: 'executions:read',
  request: { params: ExecutionParams },
  responses: { 200: one },
});

const cancelRoute = tenantRoute({
  method: 'post',
  path: '/v1/executions/{id}/cancel',
  operationId: 'cancelExecution',
  summary: 'End an execution, and its request to the provider',
  tags,
  access: 'executions:run',
  action: 'execution.cancel',
  request: { params: ExecutionParams },
  responses: { 200: one },
});

const streamRoute = tenantRoute({
  method: 'get',
  path: '/v1/executions/{id}/stream',
  operationId: 'streamExecution',
  summary: 'WebSocket: its events, replayed from `since` on, then live',
  tags,
  access: 'executions:read',
  ticketed: true,
  request: { params: ExecutionParams, query: StreamQuery },
  responses: { 101: { description: 'A WebSocket; `ping` is answered with `pong`' } },
});

const eventsRoute = tenantRoute({
  method: 'get',
  path: '/v1/executions/{id}/events',
  operationId: 'listExecutionEvents',
  summary: 'Server-Sent Events: the same events; `Last-Event-ID` goes on where one left off',
  tags,
  access: 'executions:read',
  ticketed: true,
  request: { params: ExecutionParams, query: StreamQuery, headers: LastEventHeader },
  responses: {
    200: { description: 'Events', content: { 'text/event-stream': { schema: z.string() } } },
    204: { description: 'It has ended, and there is nothing newer' },
  },
});

export const executionRoutes = tenantRoutes()
  .openapi(listRoute, async (c) => c.json(await listPage(c.get('tenant'), c.req.valid('query'), presentListed), 200))
  .openapi(findRoute, async (c) => {
    const tenant = c.get('tenant');
    const row = await readExecution(tenant, c.req.valid('param').id);
    return c.json(presentExecution(row, linksOf(tenant, row.id)), 200);
  })
  .openapi(cancelRoute, async (c) => {
    const tenant = c.get('tenant');
    const row = await cancelExecution(tenant, c.req.valid('param').id);
    return c.json(presentExecution(row, linksOf(tenant, row.id)), 200);
  })
  .openapi(streamRoute, async (c) => {
    const { since, ticket } = c.req.valid('query');
    return asItIs(await openSocket(c.get('tenant'), { id: c.req.valid('param').id, since, ticket }, c.req.raw));
  })
  .openapi(eventsRoute, async (c) => {
    const { since, ticket } = c.req.valid('query');
    const seen = c.req.valid('header')['last-event-id'] ?? since;
    return asItIs(await openEvents(c.get('tenant'), { id: c.req.valid('param').id, since: seen, ticket }));
  });
