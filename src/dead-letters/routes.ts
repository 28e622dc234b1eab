import { tenantRoute, tenantRoutes } from '../platform/http/route.ts';
import { retryDeadLetter } from './commands/retry.ts';
import { findDeadLetter } from './queries/find.ts';
import { listPage } from './queries/list.ts';
import {
  DeadLetterPageSchema,
  DeadLetterParams,
  DeadLetterQuery,
  DeadLetterSchema,
  presentDeadLetter,
  presentListed,
} from './schemas.ts';

const tags = ['Dead letters'];
const one = { description: 'The dead letter', content: { 'application/json': { schema: DeadLetterSchema } } };

const listRoute = tenantRoute({
  method: 'get',
  path: '/v1/dead-letters',
  operationId: 'listDeadLetters',
  summary: 'Messages that could not be handled, the newest first',
  description: 'Each was tried for minutes or hours before. Kept for 30 days.',
  tags,
  access: 'dead_letters:manage',
  request: { query: DeadLetterQuery },
  responses: {
    200: { description: 'Dead letters', content: { 'application/json': { schema: DeadLetterPageSchema } } },
  },
});

const findRoute = tenantRoute({
  method: 'get',
  path: '/v1/dead-letters/{id}',
  operationId: 'getDeadLetter',
  summary: 'One of them, with what it says',
  tags,
  access: 'dead_letters:manage',
  request: { params: DeadLetterParams },
  responses: { 200: one },
});

const retryRoute = tenantRoute({
  method: 'post',
  path: '/v1/dead-letters/{id}/retry',
  operationId: 'retryDeadLetter',
  summary: 'Send it again',
  description:
    'Safe to repeat: a message has its effect once. Where it fails again, it is back here with a new `failedAt`.',
  tags,
  access: 'dead_letters:manage',
  action: 'dead_letter.retry',
  request: { params: DeadLetterParams },
  responses: { 200: one },
});

export const deadLetterRoutes = tenantRoutes()
  .openapi(listRoute, async (c) => c.json(await listPage(c.get('tenant'), c.req.valid('query'), presentListed), 200))
  .openapi(findRoute, async (c) =>
    c.json(presentDeadLetter(await findDeadLetter(c.get('tenant'), c.req.valid('param').id)), 200),
  )
  .openapi(retryRoute, async (c) =>
    c.json(await retryDeadLetter(c.get('tenant'), c.req.valid('param').id, presentDeadLetter), 200),
  );
