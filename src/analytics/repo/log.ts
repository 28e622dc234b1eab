import { and, asc, eq, gte, lt, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import { HOUR_MS } from '../domain/buckets.ts';
import { analyticsEvents, analyticsUses } from '../table.ts';

export type LoggedEvent = Omit<typeof analyticsEvents.$inferSelect, 'tenantId'>;
export type LoggedUse = Omit<typeof analyticsUses.$inferSelect, 'tenantId'>;

/** Keeps events as they came. */
export const insertEvents = (db: Db, { tenantId }: TenantScope, events: readonly LoggedEvent[]): Statement[] =>
  events.length === 0
    ? []
    : [
        db.run(sql`INSERT INTO analytics_events (tenant_id, id, type, at, body)
          SELECT ${tenantId}, value ->> 'id', value ->> 'type', value ->> 'at', value ->> 'body'
          FROM json_each(${JSON.stringify(events)})`),
      ];

/** Adds to how often things were used in an hour. */
export const addUses = (db: Db, { tenantId }: TenantScope, uses: readonly LoggedUse[]): Statement[] =>
  uses.length === 0
    ? []
    : [
        db.run(sql`INSERT INTO analytics_uses (tenant_id, hour, what, count)
          SELECT ${tenantId}, value ->> 'hour', value ->> 'what', value ->> 'count'
          FROM json_each(${JSON.stringify(uses)}) WHERE true
          ON CONFLICT (tenant_id, hour, what) DO UPDATE SET count = count + excluded.count`),
      ];

/** What an hour's log holds: it only ever grows, so that it is the same log while this is the same. */
export interface LogSize {
  events: number;
  uses: number;
}

const inHour = (hour: number) =>
  and(gte(analyticsEvents.at, hour * HOUR_MS), lt(analyticsEvents.at, (hour + 1) * HOUR_MS));

/** How many events of an hour there are, and how often things were used in it. */
export async function sizeOfHour(db: Db, scope: TenantScope, hour: number): Promise<LogSize> {
  const [events, uses] = await db.batch([
    db
      .select({ count: sql<number>`count(*)` })
      .from(analyticsEvents)
      .where(and(eq(analyticsEvents.tenantId, scope.tenantId), inHour(hour))),
    db
      .select({ sum: sql<number>`coalesce(sum(count), 0)` })
      .from(analyticsUses)
      .where(and(eq(analyticsUses.tenantId, scope.tenantId), eq(analyticsUses.hour, hour))),
  ]);
  return { events: events[0]?.count ?? 0, uses: uses[0]?.sum ?? 0 };
}

/** For guards: nothing was added to an hour's log. */
export const guardHour = (db: Db, { tenantId }: TenantScope, hour: number, size: LogSize): Statement =>
  guard(
    db,
    sql`(SELECT count(*) FROM analytics_events
        WHERE tenant_id = ${tenantId} AND at >= ${hour * HOUR_MS} AND at < ${(hour + 1) * HOUR_MS}) = ${size.events}
      AND (SELECT coalesce(sum(count), 0) FROM analytics_uses
        WHERE tenant_id = ${tenantId} AND hour = ${hour}) = ${size.uses}`,
  );

/** An hour's events by time, a page of them. */
export async function listEvents(
  db: Db,
  scope: TenantScope,
  { hour, after, limit }: { hour: number; after: { at: number; id: string } | null; limit: number },
): Promise<LoggedEvent[]> {
  return db
    .select({
      id: analyticsEvents.id,
      type: analyticsEvents.type,
      at: analyticsEvents.at,
      body: analyticsEvents.body,
    })
    .from(analyticsEvents)
    .where(
      and(
        eq(analyticsEvents.tenantId, scope.tenantId),
        inHour(hour),
        after === null ? undefined : sql`(at, id) > (${after.at}, ${after.id})`,
      ),
    )
    .orderBy(asc(analyticsEvents.at), asc(analyticsEvents.id))
    .limit(limit);
}

/** What was used in an hour, a page of it. */
export async function listUses(
  db: Db,
  scope: TenantScope,
  { hour, after, limit }: { hour: number; after: string; limit: number },
): Promise<LoggedUse[]> {
  return db
    .select({ hour: analyticsUses.hour, what: analyticsUses.what, count: analyticsUses.count })
    .from(analyticsUses)
    .where(
      and(
        eq(analyticsUses.tenantId, scope.tenantId),
        eq(analyticsUses.hour, hour),
        sql`${analyticsUses.what} > ${after}`,
      ),
    )
    .orderBy(asc(analyticsUses.what))
    .limit(limit);
}

/** Of all tenants: forgets the log of before an hour, at most `limit` rows of each kind. */
export const sweepLog = (db: Db, hour: number, limit: number): Statement[] => [
  db.run(sql`DELETE FROM analytics_events WHERE rowid IN (
    SELECT rowid FROM analytics_events WHERE at < ${hour * HOUR_MS} LIMIT ${limit})`),
  db.run(sql`DELETE FROM analytics_uses WHERE rowid IN (
    SELECT rowid FROM analytics_uses WHERE hour < ${hour} LIMIT ${limit})`),
];
