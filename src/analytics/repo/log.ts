import { and, asc, eq, gte, lt, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { guard } from '../../platform/db/guard.ts';
import { DAY_MS, HOUR_MS } from '../domain/buckets.ts';
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

/** What a day's log holds: it only ever grows, so that it is the same log while this is the same. */
export interface LogSize {
  /** How many events, and how often things were used. */
  events: number;
  uses: number;
}

/** Days are counted from the epoch (UTC). */
const inDay = (day: number) => and(gte(analyticsEvents.at, day * DAY_MS), lt(analyticsEvents.at, (day + 1) * DAY_MS));
const hoursOfDay = (day: number) => and(gte(analyticsUses.hour, day * 24), lt(analyticsUses.hour, (day + 1) * 24));

export async function sizeOfDay(db: Db, scope: TenantScope, day: number): Promise<LogSize> {
  const [events, uses] = await db.batch([
    db
      .select({ count: sql<number>`count(*)` })
      .from(analyticsEvents)
      .where(and(eq(analyticsEvents.tenantId, scope.tenantId), inDay(day))),
    db
      .select({ sum: sql<number>`coalesce(sum(count), 0)` })
      .from(analyticsUses)
      .where(and(eq(analyticsUses.tenantId, scope.tenantId), hoursOfDay(day))),
  ]);
  return { events: events[0]?.count ?? 0, uses: uses[0]?.sum ?? 0 };
}

/** Undoes its batch where anything was added to a day's log. */
export const guardDay = (db: Db, { tenantId }: TenantScope, day: number, size: LogSize): Statement =>
  guard(
    db,
    sql`(SELECT count(*) FROM analytics_events
        WHERE tenant_id = ${tenantId} AND at >= ${day * DAY_MS} AND at < ${(day + 1) * DAY_MS}) = ${size.events}
      AND (SELECT coalesce(sum(count), 0) FROM analytics_uses
        WHERE tenant_id = ${tenantId} AND hour >= ${day * 24} AND hour < ${(day + 1) * 24}) = ${size.uses}`,
  );

/** Where a page ends. */
export interface LogCursor {
  at: number;
  key: string;
}

/** A day's events by time, a page of them. */
export async function listEvents(
  db: Db,
  scope: TenantScope,
  { day, after, limit }: { day: number; after: LogCursor; limit: number },
): Promise<LoggedEvent[]> {
  return db
    .select({
      id: analyticsEvents.id,
      type: analyticsEvents.type,
      at: analyticsEvents.at,
      body: analyticsEvents.body,
    })
    .from(analyticsEvents)
    .where(and(eq(analyticsEvents.tenantId, scope.tenantId), inDay(day), sql`(at, id) > (${after.at}, ${after.key})`))
    .orderBy(asc(analyticsEvents.at), asc(analyticsEvents.id))
    .limit(limit);
}

/** What was used in a day, by the hour, a page of it. */
export async function listUses(
  db: Db,
  scope: TenantScope,
  { day, after, limit }: { day: number; after: LogCursor; limit: number },
): Promise<LoggedUse[]> {
  return db
    .select({ hour: analyticsUses.hour, what: analyticsUses.what, count: analyticsUses.count })
    .from(analyticsUses)
    .where(
      and(eq(analyticsUses.tenantId, scope.tenantId), hoursOfDay(day), sql`(hour, what) > (${after.at}, ${after.key})`),
    )
    .orderBy(asc(analyticsUses.hour), asc(analyticsUses.what))
    .limit(limit);
}

/** Of all tenants: forgets the log of before an hour, at most `limit` rows of each kind. */
export const sweepLog = (db: Db, hour: number, limit: number): Statement[] => [
  db.run(sql`DELETE FROM analytics_events WHERE rowid IN (
    SELECT rowid FROM analytics_events WHERE at < ${hour * HOUR_MS} LIMIT ${limit})`),
  db.run(sql`DELETE FROM analytics_uses WHERE rowid IN (
    SELECT rowid FROM analytics_uses WHERE hour < ${hour} LIMIT ${limit})`),
];
