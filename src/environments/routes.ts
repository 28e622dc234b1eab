import { z } from '@hono/zod-openapi';
import { tenantRoute, tenantRoutes } from '../platform/http/route.ts';
import { PageQuery } from '../platform/http/schemas.ts';
import { createEnvironment } from './commands/create.ts';
import { updateEnvironment } from './commands/update.ts';
import { listPage } from './queries/list.ts';
import { findWithPolicy } from './queries/policy.ts';
import {
  CreateEnvironmentSchema,
  EnvironmentNameSchema,
  EnvironmentPageSchema,
  EnvironmentSchema,
  presentEnvironment,
  UpdateEnvironmentSchema,
} from './schemas.ts';

const one = { description: 'The environment', content: { 'application/json': { schema: EnvironmentSchema } } };
const tags = ['Environments'];
const params = z.object({ name: EnvironmentNameSchema });

const listRoute = tenantRoute({
  method: 'get',
  path: '/v1/environments',
  operationId: 'listEnvironments',
  summary: 'The tenant’s environments, by name',
  tags,
  access: 'environments:read',
  request: { query: PageQuery },
  responses: {
    200: { description: 'Environments', content: { 'application/json': { schema: EnvironmentPageSchema } } },
  },
});

const createEnvironmentRoute = tenantRoute({
  method: 'post',
  path: '/v1/environments',
  operationId: 'createEnvironment',
  summary: 'Make an environment',
  tags,
  access: 'environments:manage',
  action: 'environment.create',
  request: { body: { required: true, content: { 'application/json': { schema: CreateEnvironmentSchema } } } },
  responses: { 201: one },
});

const findRoute = tenantRoute({
  method: 'get',
  path: '/v1/environments/{name}',
  operationId: 'getEnvironment',
  summary: 'One environment',
  tags,
  access: 'environments:read',
  request: { params },
  responses: { 200: one },
});

const updateRoute = tenantRoute({
  method: 'patch',
  path: '/v1/environments/{name}',
  operationId: 'updateEnvironment',
  summary: 'Change the policy',
  description:
    'How many approvals a deployment takes, and which evaluation its prompts must have passed; what is left out stays. An evaluation that is set again counts from the evaluator’s revision and the dataset’s version of now.',
  tags,
  access: 'environments:manage',
  action: 'environment.update',
  request: { params, body: { required: true, content: { 'application/json': { schema: UpdateEnvironmentSchema } } } },
  responses: { 200: one },
});

export const environmentRoutes = tenantRoutes()
  .openapi(listRoute, async (c) =>
    c.json(await listPage(c.get('tenant'), c.req.valid('query'), presentEnvironment), 200),
  )
  .openapi(createEnvironmentRoute, async (c) =>
    c.json(await createEnvironment(c.get('tenant'), c.req.valid('json'), presentEnvironment), 201),
  )
  .openapi(findRoute, async (c) => {
    const { environment, required } = await findWithPolicy(c.get('tenant'), c.req.valid('param').name);
    return c.json(presentEnvironment(environment, required), 200);
  })
  .openapi(updateRoute, async (c) => {
    const { name } = c.req.valid('param');
    const { environment, required } = await updateEnvironment(c.get('tenant'), name, c.req.valid('json'));
    return c.json(presentEnvironment(environment, required), 200);
  });
