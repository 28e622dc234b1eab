import { z } from '@hono/zod-openapi';
import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { PageQuery } from '../../platform/http/schemas.ts';
import { createEntry } from '../commands/create-entry.ts';
import { deleteEntry } from '../commands/delete-entry.ts';
import { updateEntryDescription } from '../commands/update-entry.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { getEntry } from '../queries/get-entry.ts';
import { pageOfEntries } from '../queries/list-entries.ts';
import { entryFilterFields, entryParams, newEntrySchema, patchSchema } from '../schemas/requests.ts';
import type { ResponseSchemas } from '../schemas/responses.ts';
import { json, jsonBody } from './media.ts';

/** Create, list, get, change and delete prompts or assets. */
export function entryRoutes(descriptor: ContentDescriptor, schemas: ResponseSchemas) {
  const { type, path, noun, kinds, nameField, actions, read, write } = descriptor;
  const tags = [`${noun}s`];
  const params = entryParams(descriptor, {});

  const create = tenantRoute({
    method: 'post',
    path: `/v1/${path}`,
    operationId: `create${noun}`,
    tags,
    summary: `Make a new ${type}`,
    description: `With \`version\`, its first version is made with it, or nothing is. The ${nameField} never changes.`,
    access: write,
    action: actions.create,
    request: { body: jsonBody(newEntrySchema(descriptor)) },
    responses: { 201: json(`The ${type}`, schemas.created) },
  });
  const list = tenantRoute({
    method: 'get',
    path: `/v1/${path}`,
    operationId: `list${noun}s`,
    tags,
    summary: `List or search ${path}`,
    description: `By ${nameField}. With \`q\` in order of where all its words are found: in the ${nameField}; with title and tags; with the description; with the newest version's texts in every locale.`,
    access: read,
    request: {
      query: PageQuery.extend({
        ...entryFilterFields,
        kind: z.enum(kinds as readonly ('text' | 'chat')[]).optional(),
      }),
    },
    responses: { 200: json(`A page of ${path}`, schemas.entryPage) },
  });
  const get = tenantRoute({
    method: 'get',
    path: `/v1/${path}/{${type}}`,
    operationId: `get${noun}`,
    tags,
    summary: `Get one ${type}`,
    access: read,
    request: { params },
    responses: { 200: json(`The ${type}`, schemas.entry) },
  });
  const update = tenantRoute({
    method: 'patch',
    path: `/v1/${path}/{${type}}`,
    operationId: `update${noun}`,
    tags,
    summary: 'Change title, description, category or tags',
    description: 'What is left out stays; null clears.',
    access: write,
    action: actions.update,
    request: {
      params,
      body: jsonBody(patchSchema(descriptor)),
    },
    responses: { 200: json(`The ${type}`, schemas.entry) },
  });
  const remove = tenantRoute({
    method: 'delete',
    path: `/v1/${path}/{${type}}`,
    operationId: `delete${noun}`,
    tags,
    summary: `Delete one ${type} that is active nowhere`,
    description: `Its ${nameField} is free again. Refused (409 \`state_conflict\`) while it is active in an environment, by itself or included.`,
    access: write,
    action: actions.delete,
    request: { params },
    responses: { 204: { description: 'Deleted' } },
  });

  return tenantRoutes()
    .openapi(create, async (c) => c.json(await createEntry(c.get('tenant'), descriptor, c.req.valid('json')), 201))
    .openapi(list, async (c) => c.json(await pageOfEntries(c.get('tenant'), descriptor, c.req.valid('query')), 200))
    .openapi(get, async (c) => {
      const { [type]: nameOrId } = c.req.valid('param');
      return c.json(await getEntry(c.get('tenant'), descriptor, nameOrId), 200);
    })
    .openapi(update, async (c) => {
      const { [type]: nameOrId } = c.req.valid('param');
      return c.json(await updateEntryDescription(c.get('tenant'), descriptor, nameOrId, c.req.valid('json')), 200);
    })
    .openapi(remove, async (c) => {
      const { [type]: nameOrId } = c.req.valid('param');
      await deleteEntry(c.get('tenant'), descriptor, nameOrId);
      return c.body(null, 204);
    });
}
