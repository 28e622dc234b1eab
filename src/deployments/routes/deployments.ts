import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { createDeployment } from '../commands/create.ts';
import { findDeployment } from '../queries/find.ts';
import { listPage } from '../queries/list.ts';
import {
  CreateDeploymentSchema,
  DeploymentPageSchema,
  DeploymentParams,
  DeploymentSchema,
  ListQuery,
  MovedDeploymentSchema,
} from '../schemas.ts';

const one = { description: 'The deployment', content: { 'application/json': { schema: DeploymentSchema } } };
const moved = { description: 'The deployment', content: { 'application/json': { schema: MovedDeploymentSchema } } };
const tags = ['Deployments'];

const createRoute = tenantRoute({
  method: 'post',
  path: '/v1/deployments',
  operationId: 'createDeployment',
  summary: 'Ask for items to become active in an environment',
  description:
    'Says at once whether the items fit together (else 422 with every finding), what the risk is and why, and how many approvals it takes.',
  tags,
  access: 'deployments:create',
  action: 'deployment.create',
  request: { body: { required: true, content: { 'application/json': { schema: CreateDeploymentSchema } } } },
  responses: { 201: moved },
});

const listRoute = tenantRoute({
  method: 'get',
  path: '/v1/deployments',
  operationId: 'listDeployments',
  summary: 'Deployments, newest first',
  tags,
  access: 'deployments:read',
  request: { query: ListQuery },
  responses: { 200: { description: 'Deployments', content: { 'application/json': { schema: DeploymentPageSchema } } } },
});

const findRoute = tenantRoute({
  method: 'get',
  path: '/v1/deployments/{id}',
  operationId: 'getDeployment',
  summary: 'One deployment',
  tags,
  access: 'deployments:read',
  request: { params: DeploymentParams },
  responses: { 200: one },
});

export const deploymentRoutes = tenantRoutes()
  .openapi(createRoute, async (c) => c.json(await createDeployment(c.get('tenant'), c.req.valid('json')), 201))
  .openapi(listRoute, async (c) => c.json(await listPage(c.get('tenant'), c.req.valid('query')), 200))
  .openapi(findRoute, async (c) => c.json(await findDeployment(c.get('tenant'), c.req.valid('param').id), 200));
