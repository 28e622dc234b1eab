import { tenantRoute, tenantRoutes } from '../platform/http/route.ts';
import { PageQuery } from '../platform/http/schemas.ts';
import { createEvaluator } from './commands/create.ts';
import { deleteEvaluator } from './commands/delete.ts';
import { updateEvaluator } from './commands/update.ts';
import { presentEvaluator } from './present.ts';
import { findEvaluator } from './queries/find.ts';
import { pageOfEvaluators, pageOfRevisions } from './queries/list.ts';
import {
  EvaluatorPageSchema,
  EvaluatorParams,
  EvaluatorPatchSchema,
  EvaluatorQuery,
  EvaluatorRevisionPageSchema,
  EvaluatorSchema,
  NewEvaluatorSchema,
  readRule,
} from './schemas.ts';

const tags = ['Evaluators'];
const one = { description: 'The evaluator', content: { 'application/json': { schema: EvaluatorSchema } } };

const create = tenantRoute({
  method: 'post',
  path: '/v1/evaluators',
  operationId: 'createEvaluator',
  tags,
  summary: 'Make an evaluator',
  description:
    'A rule that gives an answer a score from 0 to 1. Name and type never change; the config changes by revisions.',
  access: 'evaluations:run',
  action: 'evaluator.create',
  request: { body: { required: true, content: { 'application/json': { schema: NewEvaluatorSchema } } } },
  responses: { 201: one },
});

const list = tenantRoute({
  method: 'get',
  path: '/v1/evaluators',
  operationId: 'listEvaluators',
  tags,
  summary: 'The tenant’s evaluators, by name',
  access: 'evaluations:read',
  request: { query: EvaluatorQuery },
  responses: { 200: { description: 'Evaluators', content: { 'application/json': { schema: EvaluatorPageSchema } } } },
});

const get = tenantRoute({
  method: 'get',
  path: '/v1/evaluators/{name}',
  operationId: 'getEvaluator',
  tags,
  summary: 'One evaluator, as its latest revision has it',
  access: 'evaluations:read',
  request: { params: EvaluatorParams },
  responses: { 200: one },
});

const update = tenantRoute({
  method: 'patch',
  path: '/v1/evaluators/{name}',
  operationId: 'updateEvaluator',
  tags,
  summary: 'Set an evaluator up anew: make its next revision',
  description:
    'The config takes the place of the one before, whole. What changes nothing makes no revision. Where an environment requires an evaluation with it, it takes environments:manage too.',
  access: 'evaluations:run',
  action: 'evaluator.update',
  request: {
    params: EvaluatorParams,
    body: { required: true, content: { 'application/json': { schema: EvaluatorPatchSchema } } },
  },
  responses: { 200: one },
});

const remove = tenantRoute({
  method: 'delete',
  path: '/v1/evaluators/{name}',
  operationId: 'deleteEvaluator',
  tags,
  summary: 'Delete an evaluator that no environment requires',
  description: 'Its name is free again; what it has scored stays.',
  access: 'evaluations:run',
  action: 'evaluator.delete',
  request: { params: EvaluatorParams },
  responses: { 204: { description: 'Deleted' } },
});

const revisions = tenantRoute({
  method: 'get',
  path: '/v1/evaluators/{name}/revisions',
  operationId: 'listEvaluatorRevisions',
  tags,
  summary: 'An evaluator’s revisions, the newest first',
  access: 'evaluations:read',
  request: { params: EvaluatorParams, query: PageQuery },
  responses: {
    200: { description: 'Revisions', content: { 'application/json': { schema: EvaluatorRevisionPageSchema } } },
  },
});

export const evaluatorRoutes = tenantRoutes()
  .openapi(create, async (c) => c.json(await createEvaluator(c.get('tenant'), c.req.valid('json')), 201))
  .openapi(list, async (c) => c.json(await pageOfEvaluators(c.get('tenant'), c.req.valid('query')), 200))
  .openapi(get, async (c) =>
    c.json(presentEvaluator(await findEvaluator(c.get('tenant'), c.req.valid('param').name)), 200),
  )
  .openapi(update, async (c) => {
    const { name } = c.req.valid('param');
    const { config } = c.req.valid('json');
    const updated = await updateEvaluator(c.get('tenant'), name, (type) => readRule(type, config));
    return c.json(presentEvaluator(updated), 200);
  })
  .openapi(remove, async (c) => {
    await deleteEvaluator(c.get('tenant'), c.req.valid('param').name);
    return c.body(null, 204);
  })
  .openapi(revisions, async (c) =>
    c.json(await pageOfRevisions(c.get('tenant'), c.req.valid('param').name, c.req.valid('query')), 200),
  );
