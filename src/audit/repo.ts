import { and, asc, desc, eq, getTableColumns, gte, isNull, lt, sql } from 'drizzle-orm';
import type { TenantScope } from '../kernel/actor.ts';
import { idsFrom } from '../kernel/ids.ts';
import type { AuditEvent } from './domain.ts';
import { auditEvents, auditHeads, type StoredEvent } from './table.ts';
import { batch, type Db, type Statement } from '../platform/db/db.ts';
import { insertInto } from '../platform/db/fixed.ts';
import { guard } from '../platform/db/guard.ts';

export type { StoredEvent } from './table.ts';

const insertEvent = insertInto(auditEvents);

export const insertAuditEvent = (db: Db, event: AuditEvent): Statement =>
  insertEvent(db, { ...event, seq: null, previousHash: null, hash: null });

export interface AuditFilter {
  entity?: string | undefined;
  actor?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  /** Only events before the one with this id: lists run from new to old. */
  before?: string | undefined;
  limit: number;
}

/** Newest first. */
export async function listAuditEvents(db: Db, scope: TenantScope, filter: AuditFilter): Promise<StoredEvent[]> {
  const { entity, actor, from, to, before, limit } = filter;
  return db
    .select()
    .from(auditEvents)
    .where(
      and(
        eq(auditEvents.tenantId, scope.tenantId),
        entity === undefined ? undefined : eq(auditEvents.entityId, entity),
        actor === undefined ? undefined : eq(auditEvents.actorId, actor),
        // Ids sort by time, and every index ends with them: none of these reads what it does not show.
        from === undefined ? undefined : gte(auditEvents.id, idsFrom('auditEvent', from)),
        to === undefined ? undefined : lt(auditEvents.id, idsFrom('auditEvent', to)),
        before === undefined ? undefined : lt(auditEvents.id, before),
      ),
    )
    .orderBy(desc(auditEvents.id))
    .limit(limit);
}

export interface Head {
  seq: number;
  hash: string;
}

/** Tenants with events that are not sealed yet: the sealer's, which serves them all. */
export async function listTenantsToSeal(db: Db, after: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectDistinct({ tenantId: auditEvents.tenantId })
    .from(auditEvents)
    .where(and(isNull(auditEvents.seq), sql`${auditEvents.tenantId} > ${after}`))
    .orderBy(asc(auditEvents.tenantId))
    .limit(limit);
  return rows.map((row) => row.tenantId);
}

export async function readUnsealed(
  db: Db,
  scope: TenantScope,
  limit: number,
): Promise<{ head: Head | null; events: StoredEvent[] }> {
  const [heads, events] = await db.batch([
    db.select().from(auditHeads).where(eq(auditHeads.tenantId, scope.tenantId)),
    db
      .select()
      .from(auditEvents)
      .where(and(eq(auditEvents.tenantId, scope.tenantId), isNull(auditEvents.seq)))
      .orderBy(asc(auditEvents.id))
      .limit(limit),
  ]);
  return { head: heads[0] ?? null, events };
}

/** Adds links to the chain, unless another sealer moved its head meanwhile: then the batch undoes itself. */
export async function appendLinks(
  db: Db,
  scope: TenantScope,
  from: Head | null,
  links: readonly { id: string; seq: number; previousHash: string; hash: string }[],
): Promise<void> {
  const last = links.at(-1);
  if (last === undefined) return;
  const { tenantId } = scope;
  const expected =
    from === null
      ? sql`NOT EXISTS (SELECT 1 FROM audit_heads WHERE tenant_id = ${tenantId})`
      : sql`EXISTS (SELECT 1 FROM audit_heads WHERE tenant_id = ${tenantId} AND seq = ${from.seq})`;
  await batch(db, [
    guard(db, expected),
    db.run(sql`UPDATE audit_events SET (seq, previous_hash, hash) =
        (SELECT value ->> 'seq', value ->> 'previousHash', value ->> 'hash'
         FROM json_each(${JSON.stringify(links)}) WHERE value ->> 'id' = audit_events.id)
      WHERE tenant_id = ${tenantId} AND id IN (SELECT value ->> 'id' FROM json_each(${JSON.stringify(links)}))`),
    db
      .insert(auditHeads)
      .values({ tenantId, seq: last.seq, hash: last.hash })
      .onConflictDoUpdate({ target: auditHeads.tenantId, set: { seq: last.seq, hash: last.hash } }),
  ]);
}

/** An event as the chain holds it: what was tampered with need not be JSON any more. */
export type LinkedEvent = Omit<StoredEvent, 'data'> & { data: string };

/** A stretch of the sealed chain, in order. */
export async function readChain(db: Db, scope: TenantScope, afterSeq: number, limit: number): Promise<LinkedEvent[]> {
  return db
    .select({ ...getTableColumns(auditEvents), data: sql<string>`${auditEvents.data}` })
    .from(auditEvents)
    .where(and(eq(auditEvents.tenantId, scope.tenantId), sql`${auditEvents.seq} > ${afterSeq}`))
    .orderBy(asc(auditEvents.seq))
    .limit(limit);
}

/** The chain's end as its head says and as its events do, at one moment, and how many events are not in it yet. */
export async function readHead(
  db: Db,
  scope: TenantScope,
): Promise<{ head: Head | null; lastSeq: number; unsealed: number }> {
  const [heads, counts] = await db.batch([
    db.select().from(auditHeads).where(eq(auditHeads.tenantId, scope.tenantId)),
    db
      .select({ unsealed: sql<number>`count(*)`, lastSeq: sql<number>`(${lastSeq(scope)})` })
      .from(auditEvents)
      .where(and(eq(auditEvents.tenantId, scope.tenantId), isNull(auditEvents.seq))),
  ]);
  return { head: heads[0] ?? null, lastSeq: counts[0]?.lastSeq ?? 0, unsealed: counts[0]?.unsealed ?? 0 };
}

const lastSeq = (scope: TenantScope) =>
  sql`SELECT coalesce(max(seq), 0) FROM audit_events WHERE tenant_id = ${scope.tenantId}`;
