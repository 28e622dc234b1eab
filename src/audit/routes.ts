import { z } from '@hono/zod-openapi';
import { tenantRoute, tenantRoutes } from '../platform/http/route.ts';
import { PageQuery, TimestampSchema } from '../platform/http/schemas.ts';
import { listEvents } from './queries/list.ts';
import { verifyAuditChain } from './queries/verify.ts';
import { AuditPageSchema, presentAuditEvent } from './schemas.ts';

const instant = TimestampSchema.transform((text) => Date.parse(text)).optional();

const listRoute = tenantRoute({
  method: 'get',
  path: '/v1/audit-events',
  operationId: 'listAuditEvents',
  summary: 'Who did what, newest first',
  description: 'Without the permission `audit:read`, only one’s own events.',
  tags: ['Audit'],
  access: 'member',
  request: {
    query: PageQuery.extend({
      entity: z.string().max(300).optional().describe('Id of what it happened to'),
      actor: z.string().max(100).optional().describe('Id of the user or API key'),
      from: instant,
      to: instant.describe('Before this instant'),
    }),
  },
  responses: { 200: { description: 'Events', content: { 'application/json': { schema: AuditPageSchema } } } },
});

const verifyRoute = tenantRoute({
  method: 'get',
  path: '/v1/audit-events/verify',
  operationId: 'verifyAuditEvents',
  summary: 'Recompute the hash chain',
  tags: ['Audit'],
  access: 'audit:read',
  responses: {
    200: {
      description: 'Whether every link holds',
      content: {
        'application/json': {
          schema: z
            .object({
              valid: z.boolean(),
              sealedThrough: z.number().int(),
              unsealed: z.number().int().describe('Events not yet in the chain'),
              firstInvalid: z.number().int().optional().describe('The first link that does not hold'),
            })
            .openapi('AuditVerification'),
        },
      },
    },
  },
});

export const auditRoutes = tenantRoutes()
  .openapi(verifyRoute, async (c) => c.json(await verifyAuditChain(c.get('tenant')), 200))
  .openapi(listRoute, async (c) =>
    c.json(await listEvents(c.get('tenant'), c.req.valid('query'), presentAuditEvent), 200),
  );
