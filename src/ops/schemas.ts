import { z } from '@hono/zod-openapi';

export const HealthSchema = z
  .object({ status: z.literal('ok'), version: z.string().describe('The deployed version of the Worker') })
  .openapi('Health');

export const ReadinessSchema = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    checks: z.record(z.string(), z.object({ status: z.enum(['ok', 'failed']), detail: z.string().optional() })),
  })
  .openapi('Readiness');
