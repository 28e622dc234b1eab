import type { Context } from 'hono';
import type { TenantEnv } from '../../platform/http/env.ts';
import { asItIs, tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { addItems } from '../commands/add-items.ts';
import type { ItemContent } from '../domain/item.ts';
import { LIMITS } from '../domain/limits.ts';
import { exportDataset } from '../queries/export.ts';
import { DatasetParams } from '../schemas/datasets.ts';
import { CsvSchema, ExportQuery, FILE_TYPES, JsonLinesSchema, readFile } from '../schemas/files.ts';
import { ImportedSchema } from '../schemas/items.ts';

const tags = ['Datasets'];
const imported = { description: 'Imported', content: { 'application/json': { schema: ImportedSchema } } };
const request = {
  params: DatasetParams,
  body: {
    required: true,
    content: {
      'application/jsonl': { schema: JsonLinesSchema },
      'application/x-ndjson': { schema: JsonLinesSchema },
      'text/csv': { schema: CsvSchema },
    },
  },
} as const;
const whole = `All of the file or nothing of it: what is wrong is told line by line. A body has ${LIMITS.importBytes} bytes at most.`;

const append = tenantRoute({
  method: 'post',
  path: '/v1/datasets/{name}/import',
  operationId: 'importDatasetItems',
  tags,
  summary: 'Add the items of a file: make the next version',
  description: whole,
  access: 'datasets:write',
  action: 'dataset.update',
  bodyMax: LIMITS.importBytes,
  request,
  responses: { 201: imported },
});

const replace = tenantRoute({
  method: 'put',
  path: '/v1/datasets/{name}/import',
  operationId: 'replaceDatasetItems',
  tags,
  summary: 'Put the items of a file in the place of all: make the next version',
  description: `${whole} The items get new ids.`,
  access: 'datasets:write',
  action: 'dataset.update',
  bodyMax: LIMITS.importBytes,
  request,
  responses: { 201: imported },
});

const download = tenantRoute({
  method: 'get',
  path: '/v1/datasets/{name}/export',
  operationId: 'exportDataset',
  tags,
  summary: 'A version as a file',
  description:
    'What is imported again is the same. In CSV a column is JSON where a plain text would not come back as it was, or could be taken for a formula.',
  access: 'datasets:read',
  request: { params: DatasetParams, query: ExportQuery },
  responses: {
    200: {
      description: 'The file',
      content: { 'application/jsonl': { schema: JsonLinesSchema }, 'text/csv': { schema: CsvSchema } },
    },
  },
});

/** The items of the body, which is of one of the types: that was checked before. */
async function itemsOf(c: Context<TenantEnv>): Promise<ItemContent[]> {
  const type = FILE_TYPES.find((each) => c.req.header('content-type')?.toLowerCase().startsWith(each) === true);
  return readFile(type ?? FILE_TYPES[0], await c.req.arrayBuffer());
}

const CONTENT_TYPES = {
  jsonl: 'application/jsonl',
  csv: 'text/csv; charset=utf-8; header=present',
} as const;

export const fileRoutes = tenantRoutes()
  .openapi(append, async (c) => {
    const { name } = c.req.valid('param');
    return c.json(await addItems(c.get('tenant'), name, await itemsOf(c), 'add', (changed) => changed), 201);
  })
  .openapi(replace, async (c) => {
    const { name } = c.req.valid('param');
    return c.json(await addItems(c.get('tenant'), name, await itemsOf(c), 'replace', (changed) => changed), 201);
  })
  .openapi(download, async (c) => {
    const query = c.req.valid('query');
    const { name, version, body } = await exportDataset(c.get('tenant'), c.req.valid('param').name, query);
    const file = `${name.replaceAll('/', '-')}-v${version}.${query.format}`;
    const headers = {
      'content-type': CONTENT_TYPES[query.format],
      'content-disposition': `attachment; filename="${file}"`,
    };
    return asItIs(new Response(body, { headers }));
  });
