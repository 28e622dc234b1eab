import { publicRoute, publicRoutes } from '../platform/http/route.ts';
import { checkReadiness } from './queries/readiness.ts';
import { HealthSchema, ReadinessSchema } from './schemas.ts';

const tags = ['Operations'];

const healthRoute = publicRoute({
  method: 'get',
  path: '/health',
  operationId: 'getHealth',
  summary: 'Whether the Worker runs',
  tags,
  responses: { 200: { description: 'It does', content: { 'application/json': { schema: HealthSchema } } } },
});

const readinessRoute = publicRoute({
  method: 'get',
  path: '/readiness',
  operationId: 'getReadiness',
  summary: 'Whether everything it needs is there',
  tags,
  responses: {
    200: { description: 'Ready', content: { 'application/json': { schema: ReadinessSchema } } },
    503: { description: 'Not ready', content: { 'application/json': { schema: ReadinessSchema } } },
  },
});

export const opsRoutes = publicRoutes()
  .openapi(healthRoute, (c) => c.json({ status: 'ok' as const, version: c.env.VERSION.id }, 200))
  .openapi(readinessRoute, async (c) => {
    const { ready, checks } = await checkReadiness(c.get('context'));
    return ready
      ? c.json({ status: 'ready' as const, checks }, 200)
      : c.json({ status: 'not_ready' as const, checks }, 503);
  });
