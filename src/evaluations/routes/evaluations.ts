import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { cancelEvaluation } from '../commands/cancel.ts';
import { createEvaluation } from '../commands/create.ts';
import { resumeEvaluation } from '../commands/resume.ts';
import { findEvaluation } from '../queries/find.ts';
import { listPage } from '../queries/list.ts';
import { presentAccepted, presentEvaluation } from '../schemas/present.ts';
import { CreateEvaluationSchema, EvaluationParams, ListQuery } from '../schemas/requests.ts';
import { AcceptedSchema, EvaluationPageSchema, EvaluationSchema } from '../schemas/responses.ts';

const tags = ['Evaluations'];
const one = { description: 'The evaluation', content: { 'application/json': { schema: EvaluationSchema } } };

const createEvaluationRoute = tenantRoute({
  method: 'post',
  path: '/v1/evaluations',
  operationId: 'createEvaluation',
  summary: 'Run versions of a prompt over a dataset, and have them scored',
  description:
    'One pass for each tag on each model. What it is made of is written down as it is now: the dataset’s version, the evaluators’ and models’ revisions, the versions’ texts. 50,000 results at most.',
  tags,
  access: 'evaluations:run',
  action: 'evaluation.create',
  request: { body: { required: true, content: { 'application/json': { schema: CreateEvaluationSchema } } } },
  responses: { 202: { description: 'Accepted', content: { 'application/json': { schema: AcceptedSchema } } } },
});

const listRoute = tenantRoute({
  method: 'get',
  path: '/v1/evaluations',
  operationId: 'listEvaluations',
  summary: 'Evaluations, newest first',
  tags,
  access: 'evaluations:read',
  request: { query: ListQuery },
  responses: {
    200: { description: 'Evaluations', content: { 'application/json': { schema: EvaluationPageSchema } } },
  },
});

const findRoute = tenantRoute({
  method: 'get',
  path: '/v1/evaluations/{id}',
  operationId: 'getEvaluation',
  summary: 'One evaluation, and how far it has come',
  tags,
  access: 'evaluations:read',
  request: { params: EvaluationParams },
  responses: { 200: one },
});

const cancelRoute = tenantRoute({
  method: 'post',
  path: '/v1/evaluations/{id}/cancel',
  operationId: 'cancelEvaluation',
  summary: 'End an evaluation before its time',
  description: 'Results that are in stay, and can be compared. What is running is cancelled.',
  tags,
  access: 'evaluations:run',
  action: 'evaluation.cancel',
  request: { params: EvaluationParams },
  responses: { 200: one },
});

const resumeRoute = tenantRoute({
  method: 'post',
  path: '/v1/evaluations/{id}/resume',
  operationId: 'resumeEvaluation',
  summary: 'Have a paused evaluation go on',
  description: 'From where it stood, and from then on in the name of whoever resumes it.',
  tags,
  access: 'evaluations:run',
  action: 'evaluation.resume',
  request: { params: EvaluationParams },
  responses: { 200: one },
});

export const evaluationRoutes = tenantRoutes()
  .openapi(createEvaluationRoute, async (c) =>
    c.json(await createEvaluation(c.get('tenant'), c.req.valid('json'), presentAccepted), 202),
  )
  .openapi(listRoute, async (c) =>
    c.json(await listPage(c.get('tenant'), c.req.valid('query'), presentEvaluation), 200),
  )
  .openapi(findRoute, async (c) => {
    const { evaluation, passes } = await findEvaluation(c.get('tenant'), c.req.valid('param').id);
    return c.json(presentEvaluation(evaluation, passes), 200);
  })
  .openapi(cancelRoute, async (c) => {
    const { id } = c.req.valid('param');
    await cancelEvaluation(c.get('tenant'), id);
    const { evaluation, passes } = await findEvaluation(c.get('tenant'), id);
    return c.json(presentEvaluation(evaluation, passes), 200);
  })
  .openapi(resumeRoute, async (c) => {
    const { id } = c.req.valid('param');
    await resumeEvaluation(c.get('tenant'), id);
    const { evaluation, passes } = await findEvaluation(c.get('tenant'), id);
    return c.json(presentEvaluation(evaluation, passes), 200);
  });
