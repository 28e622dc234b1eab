import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { PageQuery } from '../../platform/http/schemas.ts';
import { createModel } from '../commands/create.ts';
import { deleteModel } from '../commands/delete.ts';
import { updateModel } from '../commands/update.ts';
import { findModel, findModelRevision } from '../queries/find.ts';
import { pageOfModels, pageOfRevisions } from '../queries/list.ts';
import { presentModel, presentRevision } from '../present.ts';
import {
  ModelPageSchema,
  ModelParams,
  ModelPatchSchema,
  ModelQuery,
  ModelRevisionPageSchema,
  ModelRevisionParams,
  ModelRevisionSchema,
  ModelSchema,
  NewModelSchema,
} from '../schemas/models.ts';

const tags = ['Models'];
const one = { description: 'The model', content: { 'application/json': { schema: ModelSchema } } };

const create = tenantRoute({
  method: 'post',
  path: '/v1/models',
  operationId: 'createModel',
  tags,
  summary: 'Register a model',
  description:
    'The name never changes; everything else changes by revisions. To set `baseUrl` takes credentials:manage too.',
  access: 'models:manage',
  action: 'model.create',
  request: { body: { required: true, content: { 'application/json': { schema: NewModelSchema } } } },
  responses: { 201: one },
});

const list = tenantRoute({
  method: 'get',
  path: '/v1/models',
  operationId: 'listModels',
  tags,
  summary: 'The tenant’s models, by name',
  access: 'models:read',
  request: { query: ModelQuery },
  responses: { 200: { description: 'Models', content: { 'application/json': { schema: ModelPageSchema } } } },
});

const get = tenantRoute({
  method: 'get',
  path: '/v1/models/{name}',
  operationId: 'getModel',
  tags,
  summary: 'One model, as its latest revision has it',
  access: 'models:read',
  request: { params: ModelParams },
  responses: { 200: one },
});

const update = tenantRoute({
  method: 'patch',
  path: '/v1/models/{name}',
  operationId: 'updateModel',
  tags,
  summary: 'Change a model: make its next revision',
  description:
    'What is left out stays; null clears. Prices and a context window that came from the price list follow the model. What changes nothing makes no revision. To change `baseUrl`, or the provider of a model that has one, takes credentials:manage too.',
  access: 'models:manage',
  action: 'model.update',
  request: {
    params: ModelParams,
    body: { required: true, content: { 'application/json': { schema: ModelPatchSchema } } },
  },
  responses: { 200: one },
});

const remove = tenantRoute({
  method: 'delete',
  path: '/v1/models/{name}',
  operationId: 'deleteModel',
  tags,
  summary: 'Delete a model that is active nowhere',
  description:
    'Its name is free again. Refused (409 `state_conflict`) while it is active in an environment, or a fallback of another.',
  access: 'models:manage',
  action: 'model.delete',
  request: { params: ModelParams },
  responses: { 204: { description: 'Deleted' } },
});

const listRevisions = tenantRoute({
  method: 'get',
  path: '/v1/models/{name}/revisions',
  operationId: 'listModelRevisions',
  tags,
  summary: 'A model’s revisions, the newest first',
  access: 'models:read',
  request: { params: ModelParams, query: PageQuery },
  responses: {
    200: { description: 'Revisions', content: { 'application/json': { schema: ModelRevisionPageSchema } } },
  },
});

const getRevision = tenantRoute({
  method: 'get',
  path: '/v1/models/{name}/revisions/{revision}',
  operationId: 'getModelRevision',
  tags,
  summary: 'One revision of a model: it never changes',
  access: 'models:read',
  request: { params: ModelRevisionParams },
  responses: {
    200: { description: 'The revision', content: { 'application/json': { schema: ModelRevisionSchema } } },
  },
});

export const modelRoutes = tenantRoutes()
  .openapi(create, async (c) => c.json(await createModel(c.get('tenant'), c.req.valid('json')), 201))
  .openapi(list, async (c) => c.json(await pageOfModels(c.get('tenant'), c.req.valid('query')), 200))
  .openapi(get, async (c) => c.json(presentModel(await findModel(c.get('tenant'), c.req.valid('param').name)), 200))
  .openapi(update, async (c) => {
    const { name } = c.req.valid('param');
    return c.json(presentModel(await updateModel(c.get('tenant'), name, c.req.valid('json'))), 200);
  })
  .openapi(remove, async (c) => {
    await deleteModel(c.get('tenant'), c.req.valid('param').name);
    return c.body(null, 204);
  })
  .openapi(listRevisions, async (c) => {
    const { name } = c.req.valid('param');
    return c.json(await pageOfRevisions(c.get('tenant'), name, c.req.valid('query')), 200);
  })
  .openapi(getRevision, async (c) => {
    const { name, revision } = c.req.valid('param');
    const found = await findModelRevision(c.get('tenant'), name, revision);
    return c.json(presentRevision(found.model, found.revision), 200);
  });
