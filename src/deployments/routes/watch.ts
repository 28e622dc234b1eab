import { findEnvironment } from '../../environments/public.ts';
import { listEntityEvents } from '../../audit/public.ts';
import { AuditPageSchema, presentAuditEvent } from '../../audit/public-http.ts';
import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { PageQuery } from '../../platform/http/schemas.ts';
import { watchRequest } from '../../platform/watchers.ts';
import { listActivePage } from '../queries/active.ts';
import { findDeployment } from '../queries/find.ts';
import { ActiveSchema, DeploymentParams, EnvironmentParams, presentActivation } from '../schemas.ts';
import { deploymentObject, environmentObject } from '../stub.ts';

const tags = ['Deployments'];
const upgrade = { 101: { description: 'A WebSocket; `ping` is answered with `pong`' } };

const eventsRoute = tenantRoute({
  method: 'get',
  path: '/v1/deployments/{id}/events',
  operationId: 'listDeploymentEvents',
  summary: 'A deployment’s audit trail, newest first',
  tags,
  access: 'deployments:read',
  request: { params: DeploymentParams, query: PageQuery },
  responses: { 200: { description: 'Events', content: { 'application/json': { schema: AuditPageSchema } } } },
});

const activeRoute = tenantRoute({
  method: 'get',
  path: '/v1/environments/{name}/active',
  operationId: 'listActive',
  summary: 'What is active in an environment',
  tags: ['Environments'],
  access: 'environments:read',
  request: { params: EnvironmentParams, query: PageQuery },
  responses: { 200: { description: 'Active items', content: { 'application/json': { schema: ActiveSchema } } } },
});

const liveRoute = tenantRoute({
  method: 'get',
  path: '/v1/deployments/{id}/live',
  operationId: 'watchDeployment',
  summary: 'WebSocket: {type:"snapshot"|"changed", deployment}',
  tags,
  access: 'deployments:read',
  request: { params: DeploymentParams },
  responses: upgrade,
});

const environmentLiveRoute = tenantRoute({
  method: 'get',
  path: '/v1/environments/{name}/live',
  operationId: 'watchEnvironment',
  summary: 'WebSocket: {type:"hello"|"activated", generation, names}',
  tags: ['Environments'],
  access: 'environments:read',
  request: { params: EnvironmentParams },
  responses: upgrade,
});

export const watchRoutes = tenantRoutes()
  .openapi(eventsRoute, async (c) => {
    const { id } = await findDeployment(c.get('tenant'), c.req.valid('param').id);
    return c.json(
      await listEntityEvents(c.get('tenant'), { ...c.req.valid('query'), entity: id }, presentAuditEvent),
      200,
    );
  })
  .openapi(activeRoute, async (c) => {
    const query = { ...c.req.valid('query'), name: c.req.valid('param').name };
    return c.json(await listActivePage(c.get('tenant'), query, presentActivation), 200);
  })
  .openapi(liveRoute, async (c) => {
    const tenant = c.get('tenant');
    const { id } = await findDeployment(tenant, c.req.valid('param').id);
    const { tenantId } = tenant.scope;
    const request = watchRequest(tenant.actor, c.req.raw, 'x-footlight-deployment', `${tenantId}:${id}`);
    return deploymentObject(tenant, tenantId, id).fetch(request);
  })
  .openapi(environmentLiveRoute, async (c) => {
    const tenant = c.get('tenant');
    const { id, name } = await findEnvironment(tenant, c.req.valid('param').name);
    const { tenantId } = tenant.scope;
    const request = watchRequest(
      tenant.actor,
      c.req.raw,
      'x-footlight-environment',
      JSON.stringify({ tenantId, id, name }),
    );
    return environmentObject(tenant, tenantId, id).fetch(request);
  });
