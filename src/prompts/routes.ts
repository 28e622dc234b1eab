import { z } from '@hono/zod-openapi';
import { type ContentDescriptor } from '../content/public.ts';
import { contentRoutes, TagRefSchema } from '../content/public-http.ts';
import { tenantRoute } from '../platform/http/route.ts';
import { renderVersion } from './queries/render.ts';
import { PromptParamSchema, RenderedSchema, RenderSchema } from './schemas.ts';

const prompts: ContentDescriptor = {
  type: 'prompt',
  path: 'prompts',
  noun: 'Prompt',
  nameField: 'name',
  kinds: ['text', 'chat'],
  read: 'prompts:read',
  write: 'prompts:write',
  actions: { create: 'prompt.create', update: 'prompt.update', delete: 'prompt.delete' },
};

const renderRoute = tenantRoute({
  method: 'post',
  path: '/v1/prompts/{prompt}/versions/{tag}/render',
  operationId: 'renderPromptVersion',
  summary: 'Render a version with values',
  description:
    'For authors: includes without a tag are the newest versions, whatever is active in any environment; the edge renders what is active. Variables that are used and not declared are required too.',
  tags: ['Prompts'],
  access: 'prompts:read',
  request: {
    params: z.object({ prompt: PromptParamSchema, tag: TagRefSchema }),
    body: { required: true, content: { 'application/json': { schema: RenderSchema } } },
  },
  responses: { 200: { description: 'Rendered', content: { 'application/json': { schema: RenderedSchema } } } },
});

/** Prompts, their versions and translations; rendering. */
export const promptRoutes = contentRoutes(prompts).openapi(renderRoute, async (c) => {
  const { prompt, tag } = c.req.valid('param');
  return c.json(await renderVersion(c.get('tenant'), prompt, tag, c.req.valid('json')), 200);
});
