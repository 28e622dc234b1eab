import { tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { updateSettings } from '../commands/update-settings.ts';
import { readSettings } from '../queries/settings.ts';
import { presentSettings, SettingsSchema, UpdateSettingsSchema } from '../schemas.ts';

const tags = ['Executions'];
const one = { description: 'The settings', content: { 'application/json': { schema: SettingsSchema } } };

const findRoute = tenantRoute({
  method: 'get',
  path: '/v1/execution-settings',
  operationId: 'getExecutionSettings',
  summary: 'Limits, budget and what is stored; what this month has used',
  tags,
  access: 'executions:read',
  responses: { 200: one },
});

const updateRoute = tenantRoute({
  method: 'patch',
  path: '/v1/execution-settings',
  operationId: 'updateExecutionSettings',
  summary: 'Change limits, budget and what is stored',
  tags,
  access: 'settings:manage',
  action: 'settings.update',
  request: { body: { required: true, content: { 'application/json': { schema: UpdateSettingsSchema } } } },
  responses: { 200: one },
});

export const settingsRoutes = tenantRoutes()
  .openapi(findRoute, async (c) => {
    const { settings, use } = await readSettings(c.get('tenant'));
    return c.json(presentSettings(settings, use), 200);
  })
  .openapi(updateRoute, async (c) => {
    const tenant = c.get('tenant');
    await updateSettings(tenant, c.req.valid('json'));
    const { settings, use } = await readSettings(tenant);
    return c.json(presentSettings(settings, use), 200);
  });
