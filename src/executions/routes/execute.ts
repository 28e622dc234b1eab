import { z } from '@hono/zod-openapi';
import { documentedHeaders } from '../../platform/http/documented.ts';
import { asItIs, tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { begin, execute, follow } from '../commands/execute.ts';
import { makeSpare } from '../commands/spare.ts';
import { type Foreseen, foresee } from '../queries/foresee.ts';
import { linksOf, selfOf } from '../queries/links.ts';
import { waitForEnd } from '../queries/wait.ts';
import {
  AcceptedSchema,
  ExecuteQuery,
  ExecuteSchema,
  ExecutionSchema,
  presentExecution,
  PromptParams,
} from '../schemas.ts';

const executeRoute = tenantRoute({
  method: 'post',
  path: '/v1/prompts/{prompt}/execute',
  operationId: 'executePrompt',
  summary: 'Run a prompt on a model',
  description:
    'Answers at once where its stream is found; with `?wait=true`, once it has ended; with `Accept: text/event-stream`, with the stream itself. ' +
    'What is active, and whether an API key is good, may be known from a second before; `Cache-Control: no-cache` asks the database.',
  tags: ['Executions'],
  access: 'executions:run',
  action: 'execution.create',
  ahead: foresee,
  request: {
    params: PromptParams,
    query: ExecuteQuery,
    body: { required: true, content: { 'application/json': { schema: ExecuteSchema } } },
  },
  responses: {
    202: { description: 'Accepted', content: { 'application/json': { schema: AcceptedSchema } } },
    200: {
      description: 'Ended (`?wait=true`), or its events (`Accept: text/event-stream`)',
      headers: documentedHeaders('Content-Location'),
      content: { 'application/json': { schema: ExecutionSchema }, 'text/event-stream': { schema: z.string() } },
    },
  },
});

export const executeRoutes = tenantRoutes().openapi(executeRoute, async (c) => {
  const tenant = c.get('tenant');
  const body = c.req.valid('json');
  const input = { ...body, variables: body.variables ?? {} };
  const foreseen = (c.get('ahead') ?? null) as Foreseen | null;
  const execution = await execute(tenant, c.req.valid('param').prompt, input, foreseen);
  if (c.req.header('accept')?.includes('text/event-stream') === true) {
    // Whoever is cut off comes back by this: no event says whose it is.
    const stream = await follow(tenant, execution);
    makeSpare(tenant);
    const headers = {
      'content-type': stream.headers.get('content-type') ?? '',
      'content-location': selfOf(execution.start.job.executionId),
    };
    return asItIs(new Response(stream.body, { status: stream.status, headers }));
  }
  const accepted = await begin(tenant, execution);
  makeSpare(tenant);
  if (c.req.valid('query').wait !== 'true') return c.json(accepted, 202);
  return c.json(presentExecution(await waitForEnd(tenant, accepted), linksOf(tenant, accepted.id)), 200);
});
