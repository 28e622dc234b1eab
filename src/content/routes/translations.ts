import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { removeTranslation } from '../commands/delete-translation.ts';
import { writeTranslation } from '../commands/put-translation.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { entryParams, LocaleSchema, TagRefSchema, TranslationBodySchema } from '../schemas/requests.ts';
import type { ResponseSchemas } from '../schemas/responses.ts';
import { json, jsonBody } from './media.ts';

/** Write and delete translations, until a deployment refers to the version. */
export function translationRoutes(descriptor: ContentDescriptor, schemas: ResponseSchemas) {
  const { type, noun, path, write } = descriptor;
  const tags = [`${noun}s`];
  const translationPath = `/v1/${path}/{${type}}/versions/{tag}/translations/{locale}`;
  const params = entryParams(descriptor, { tag: TagRefSchema, locale: LocaleSchema });

  const put = tenantRoute({
    method: 'put',
    path: translationPath,
    operationId: `put${noun}Translation`,
    tags,
    summary: 'Write a translation',
    description:
      'Of the same kind as the version and, for a chat, with the same roles. Refused (409 `version_locked`) once a deployment refers to the version, unless that was rejected or cancelled.',
    access: write,
    action: 'translation.put',
    request: {
      params,
      body: jsonBody(TranslationBodySchema),
    },
    responses: { 200: json('The version with the translation', schemas.version) },
  });
  const remove = tenantRoute({
    method: 'delete',
    path: translationPath,
    operationId: `delete${noun}Translation`,
    tags,
    summary: 'Delete a translation',
    description: 'Refused (409 `version_locked`) like writing one.',
    access: write,
    action: 'translation.delete',
    request: { params },
    responses: { 204: { description: 'Deleted' } },
  });

  return tenantRoutes()
    .openapi(put, async (c) => {
      const { [type]: nameOrId, tag, locale } = c.req.valid('param');
      const ref = { nameOrId, tag, locale };
      return c.json(await writeTranslation(c.get('tenant'), descriptor, ref, c.req.valid('json')), 200);
    })
    .openapi(remove, async (c) => {
      const { [type]: nameOrId, tag, locale } = c.req.valid('param');
      await removeTranslation(c.get('tenant'), descriptor, { nameOrId, tag, locale });
      return c.body(null, 204);
    });
}
