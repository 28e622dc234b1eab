import { z } from '@hono/zod-openapi';
import { timestamp } from '../kernel/time.ts';
import { pageOf, TimestampSchema } from '../platform/http/schemas.ts';
import type { StoredEvent } from './table.ts';

export const AuditEventSchema = z
  .object({
    id: z.string().openapi({ example: 'evt_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
    at: TimestampSchema,
    action: z.string().openapi({ example: 'deployment.approve' }),
    outcome: z.enum(['done', 'refused']),
    risk: z.enum(['low', 'medium', 'high', 'critical']),
    actor: z.object({ kind: z.enum(['user', 'api_key', 'system']), id: z.string() }),
    entity: z.object({ type: z.string(), id: z.string() }),
    data: z.record(z.string(), z.unknown()),
    requestId: z.string().nullable(),
    traceId: z.string().nullable(),
    seq: z
      .number()
      .int()
      .nullable()
      .describe('Its place in the sealed chain; null until the sealer comes by, within a minute'),
    hash: z.string().nullable(),
    previousHash: z.string().nullable(),
  })
  .openapi('AuditEvent');

export const AuditPageSchema = pageOf(AuditEventSchema).openapi('AuditEventPage');

export function presentAuditEvent(event: StoredEvent): z.input<typeof AuditEventSchema> {
  const { id, action, outcome, risk, data, requestId, traceId, seq, hash, previousHash } = event;
  return {
    id,
    at: timestamp(event.at),
    action,
    outcome,
    risk,
    actor: {
      kind: event.actorKind,
      id: event.actorId,
    },
    entity: {
      type: event.entityType,
      id: event.entityId,
    },
    data,
    requestId,
    traceId,
    seq,
    hash,
    previousHash,
  };
}
