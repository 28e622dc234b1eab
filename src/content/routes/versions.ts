import { z } from '@hono/zod-openapi';
import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { PageQuery } from '../../platform/http/schemas.ts';
import { createVersion } from '../commands/create-version.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { diffOfVersions } from '../queries/diff-versions.ts';
import { getVersion } from '../queries/get-version.ts';
import { pageOfVersions } from '../queries/list-versions.ts';
import { entryParams, LocaleSchema, NewVersionSchema, TagRefSchema } from '../schemas/requests.ts';
import { DiffSchema, type ResponseSchemas } from '../schemas/responses.ts';
import { json, jsonBody } from './media.ts';

/** Create, list, get and compare versions. */
export function versionRoutes(descriptor: ContentDescriptor, schemas: ResponseSchemas) {
  const { type, path, noun, read, write } = descriptor;
  const tags = [`${noun}s`];
  const entryPath = `/v1/${path}/{${type}}`;
  const params = entryParams(descriptor, {});
  const versionParams = entryParams(descriptor, { tag: TagRefSchema });

  const create = tenantRoute({
    method: 'post',
    path: `${entryPath}/versions`,
    operationId: `create${noun}Version`,
    tags,
    summary: 'Add a version with its translations',
    description:
      'Stored together or not at all, and never changed again, but for its translations until a deployment refers to it. Syntax errors of templates are refused with their position. Includes that stand for nothing yet, variables that are used and not declared (rendering requires them all the same) and those that are declared and not used come back in `warnings`.',
    access: write,
    action: 'version.create',
    request: {
      params,
      body: jsonBody(NewVersionSchema),
    },
    responses: { 201: json('The version', schemas.version) },
  });
  const list = tenantRoute({
    method: 'get',
    path: `${entryPath}/versions`,
    operationId: `list${noun}Versions`,
    tags,
    summary: 'List versions, the newest first, without their contents',
    access: read,
    request: {
      params,
      query: PageQuery,
    },
    responses: { 200: json('A page of versions', schemas.versionPage) },
  });
  const get = tenantRoute({
    method: 'get',
    path: `${entryPath}/versions/{tag}`,
    operationId: `get${noun}Version`,
    tags,
    summary: 'Get a version whole',
    access: read,
    request: { params: versionParams },
    responses: { 200: json('The version', schemas.version) },
  });
  const diff = tenantRoute({
    method: 'get',
    path: `${entryPath}/diff`,
    operationId: `diff${noun}Versions`,
    tags,
    summary: 'Compare two versions by line and word',
    description:
      'Content, variables and model. With `locale`, the contents that the two serve in it, by fallback; without it, their own contents and each translation, under `translations.<locale>`.',
    access: read,
    request: {
      params,
      query: z.object({
        from: TagRefSchema,
        to: TagRefSchema,
        locale: LocaleSchema.optional(),
      }),
    },
    responses: { 200: json('What differs', DiffSchema) },
  });

  return tenantRoutes()
    .openapi(create, async (c) => {
      const { [type]: nameOrId } = c.req.valid('param');
      return c.json(await createVersion(c.get('tenant'), descriptor, nameOrId, c.req.valid('json')), 201);
    })
    .openapi(list, async (c) => {
      const { [type]: nameOrId } = c.req.valid('param');
      return c.json(await pageOfVersions(c.get('tenant'), descriptor, nameOrId, c.req.valid('query')), 200);
    })
    .openapi(get, async (c) => {
      const { [type]: nameOrId, tag } = c.req.valid('param');
      return c.json(await getVersion(c.get('tenant'), descriptor, nameOrId, tag), 200);
    })
    .openapi(diff, async (c) => {
      const { [type]: nameOrId } = c.req.valid('param');
      return c.json(await diffOfVersions(c.get('tenant'), descriptor, nameOrId, c.req.valid('query')), 200);
    });
}
