import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { addItems } from '../commands/add-items.ts';
import { putItem } from '../commands/put-item.ts';
import { removeItem } from '../commands/remove-item.ts';
import { findItem } from '../queries/find.ts';
import { pageOfItems } from '../queries/list.ts';
import { DatasetParams } from '../schemas/datasets.ts';
import {
  AddedItemsSchema,
  ItemPageSchema,
  ItemParams,
  ItemSchema,
  ItemsQuery,
  NewItemSchema,
  NewItemsSchema,
  VersionQuery,
} from '../schemas/items.ts';

const tags = ['Datasets'];
const one = { description: 'The item', content: { 'application/json': { schema: ItemSchema } } };
const measured = 'Where an environment requires an evaluation on the dataset, it takes environments:manage too.';

const add = tenantRoute({
  method: 'post',
  path: '/v1/datasets/{name}/items',
  operationId: 'addDatasetItems',
  tags,
  summary: 'Add items: make the dataset’s next version',
  description: `All of them or none, in this order behind those that are there. ${measured}`,
  access: 'datasets:write',
  action: 'dataset.update',
  request: {
    params: DatasetParams,
    body: { required: true, content: { 'application/json': { schema: NewItemsSchema } } },
  },
  responses: { 201: { description: 'Added', content: { 'application/json': { schema: AddedItemsSchema } } } },
});

const list = tenantRoute({
  method: 'get',
  path: '/v1/datasets/{name}/items',
  operationId: 'listDatasetItems',
  tags,
  summary: 'The items of a version, in the order in which they were added',
  access: 'datasets:read',
  request: { params: DatasetParams, query: ItemsQuery },
  responses: { 200: { description: 'Items', content: { 'application/json': { schema: ItemPageSchema } } } },
});

const get = tenantRoute({
  method: 'get',
  path: '/v1/datasets/{name}/items/{id}',
  operationId: 'getDatasetItem',
  tags,
  summary: 'One item',
  access: 'datasets:read',
  request: { params: ItemParams, query: VersionQuery },
  responses: { 200: one },
});

const put = tenantRoute({
  method: 'put',
  path: '/v1/datasets/{name}/items/{id}',
  operationId: 'putDatasetItem',
  tags,
  summary: 'Put another content in an item’s place: make the next version',
  description: `It keeps its id and its place. What is the same makes no version. ${measured}`,
  access: 'datasets:write',
  action: 'dataset.update',
  request: { params: ItemParams, body: { required: true, content: { 'application/json': { schema: NewItemSchema } } } },
  responses: { 200: one },
});

const remove = tenantRoute({
  method: 'delete',
  path: '/v1/datasets/{name}/items/{id}',
  operationId: 'removeDatasetItem',
  tags,
  summary: 'Take an item out: make the next version',
  description: `The versions before keep it. ${measured}`,
  access: 'datasets:write',
  action: 'dataset.update',
  request: { params: ItemParams },
  responses: { 204: { description: 'Taken out' } },
});

export const itemRoutes = tenantRoutes()
  .openapi(add, async (c) => {
    const { items } = c.req.valid('json');
    const { name } = c.req.valid('param');
    return c.json(await addItems(c.get('tenant'), name, items, 'add', (changed, ids) => ({ ...changed, ids })), 201);
  })
  .openapi(list, async (c) =>
    c.json(await pageOfItems(c.get('tenant'), c.req.valid('param').name, c.req.valid('query')), 200),
  )
  .openapi(get, async (c) => {
    const { name, id } = c.req.valid('param');
    return c.json(await findItem(c.get('tenant'), name, id, c.req.valid('query').version), 200);
  })
  .openapi(put, async (c) => {
    const { name, id } = c.req.valid('param');
    return c.json(await putItem(c.get('tenant'), name, id, c.req.valid('json')), 200);
  })
  .openapi(remove, async (c) => {
    const { name, id } = c.req.valid('param');
    await removeItem(c.get('tenant'), name, id);
    return c.body(null, 204);
  });
