import { csvAnswer, wantsCsv } from '../../platform/http/csv.ts';
import { asItIs, tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { readComparison } from '../queries/comparison.ts';
import { listResultPage } from '../queries/results.ts';
import { watchEvaluation } from '../queries/watch.ts';
import { presentComparison, presentResult } from '../schemas/present.ts';
import { ComparisonQuery, EvaluationParams, ResultsQuery } from '../schemas/requests.ts';
import { ComparisonSchema, ResultPageSchema } from '../schemas/responses.ts';
import { comparisonSheet } from '../schemas/sheet.ts';

const tags = ['Evaluations'];
const access = 'evaluations:read';
const params = EvaluationParams;

const resultsRoute = tenantRoute({
  method: 'get',
  path: '/v1/evaluations/{id}/results',
  operationId: 'listEvaluationResults',
  summary: 'An evaluation’s results, item by item',
  tags,
  access,
  request: { params, query: ResultsQuery },
  responses: { 200: { description: 'Results', content: { 'application/json': { schema: ResultPageSchema } } } },
});

const comparisonRoute = tenantRoute({
  method: 'get',
  path: '/v1/evaluations/{id}/comparison',
  operationId: 'compareEvaluation',
  summary: 'How its versions and models compare, and which won',
  description: 'By what is in so far; nobody wins before all is. JSON, or CSV (`format=csv`).',
  tags,
  access,
  request: { params, query: ComparisonQuery },
  responses: { 200: { description: 'The comparison', content: { 'application/json': { schema: ComparisonSchema } } } },
});

const streamRoute = tenantRoute({
  method: 'get',
  path: '/v1/evaluations/{id}/stream',
  operationId: 'watchEvaluation',
  summary: 'WebSocket: {type:"progress", status, done, failed, total, costMicros, judgeCostMicros, reason}',
  description:
    'At once, then whenever it has changed, once a second at most; closes with 1000 when the evaluation is over.',
  tags,
  access,
  request: { params },
  responses: { 101: { description: 'A WebSocket; `ping` is answered with `pong`' } },
});

export const outcomeRoutes = tenantRoutes()
  .openapi(resultsRoute, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(await listResultPage(c.get('tenant'), id, c.req.valid('query'), presentResult), 200);
  })
  .openapi(comparisonRoute, async (c) => {
    const { id } = c.req.valid('param');
    const { evaluation, comparison } = await readComparison(c.get('tenant'), id);
    if (!wantsCsv(c.req.valid('query').format, c.req.header('accept'))) {
      return c.json(presentComparison(evaluation, comparison), 200);
    }
    return asItIs(csvAnswer(`evaluation-${id}`, comparisonSheet(evaluation, comparison)));
  })
  .openapi(streamRoute, async (c) =>
    asItIs(await watchEvaluation(c.get('tenant'), c.req.valid('param').id, c.req.raw)),
  );
