import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { PageQuery } from '../../platform/http/schemas.ts';
import { createDataset } from '../commands/create.ts';
import { deleteDataset } from '../commands/delete.ts';
import { updateDataset } from '../commands/update.ts';
import { presentDataset } from '../present.ts';
import { findDataset } from '../queries/find.ts';
import { pageOfDatasets, pageOfVersions } from '../queries/list.ts';
import {
  DatasetPageSchema,
  DatasetParams,
  DatasetPatchSchema,
  DatasetSchema,
  DatasetVersionPageSchema,
  NewDatasetSchema,
} from '../schemas/datasets.ts';

const tags = ['Datasets'];
const one = { description: 'The dataset', content: { 'application/json': { schema: DatasetSchema } } };

const create = tenantRoute({
  method: 'post',
  path: '/v1/datasets',
  operationId: 'createDataset',
  tags,
  summary: 'Make a dataset',
  description: 'Without items, at version 0. The name never changes.',
  access: 'datasets:write',
  action: 'dataset.create',
  request: { body: { required: true, content: { 'application/json': { schema: NewDatasetSchema } } } },
  responses: { 201: one },
});

const list = tenantRoute({
  method: 'get',
  path: '/v1/datasets',
  operationId: 'listDatasets',
  tags,
  summary: 'The tenant’s datasets, by name',
  access: 'datasets:read',
  request: { query: PageQuery },
  responses: { 200: { description: 'Datasets', content: { 'application/json': { schema: DatasetPageSchema } } } },
});

const get = tenantRoute({
  method: 'get',
  path: '/v1/datasets/{name}',
  operationId: 'getDataset',
  tags,
  summary: 'One dataset',
  access: 'datasets:read',
  request: { params: DatasetParams },
  responses: { 200: one },
});

const update = tenantRoute({
  method: 'patch',
  path: '/v1/datasets/{name}',
  operationId: 'updateDataset',
  tags,
  summary: 'Describe a dataset anew',
  description: 'Makes no version: what is evaluated stays the same.',
  access: 'datasets:write',
  action: 'dataset.update',
  request: {
    params: DatasetParams,
    body: { required: true, content: { 'application/json': { schema: DatasetPatchSchema } } },
  },
  responses: { 200: one },
});

const remove = tenantRoute({
  method: 'delete',
  path: '/v1/datasets/{name}',
  operationId: 'deleteDataset',
  tags,
  summary: 'Delete a dataset that no environment requires',
  description: 'Its name is free again. Evaluations that have begun go on; its items are forgotten after a month.',
  access: 'datasets:write',
  action: 'dataset.delete',
  request: { params: DatasetParams },
  responses: { 204: { description: 'Deleted' } },
});

const versions = tenantRoute({
  method: 'get',
  path: '/v1/datasets/{name}/versions',
  operationId: 'listDatasetVersions',
  tags,
  summary: 'What made a dataset’s versions, the newest first',
  access: 'datasets:read',
  request: { params: DatasetParams, query: PageQuery },
  responses: {
    200: { description: 'Versions', content: { 'application/json': { schema: DatasetVersionPageSchema } } },
  },
});

export const datasetRoutes = tenantRoutes()
  .openapi(create, async (c) => c.json(await createDataset(c.get('tenant'), c.req.valid('json')), 201))
  .openapi(list, async (c) => c.json(await pageOfDatasets(c.get('tenant'), c.req.valid('query')), 200))
  .openapi(get, async (c) => c.json(presentDataset(await findDataset(c.get('tenant'), c.req.valid('param').name)), 200))
  .openapi(update, async (c) => {
    const { name } = c.req.valid('param');
    return c.json(presentDataset(await updateDataset(c.get('tenant'), name, c.req.valid('json'))), 200);
  })
  .openapi(remove, async (c) => {
    await deleteDataset(c.get('tenant'), c.req.valid('param').name);
    return c.body(null, 204);
  })
  .openapi(versions, async (c) =>
    c.json(await pageOfVersions(c.get('tenant'), c.req.valid('param').name, c.req.valid('query')), 200),
  );
