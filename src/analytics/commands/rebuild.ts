import { commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import type { EventMessage } from '../../platform/queue/events.ts';
import { DAY_MS } from '../domain/buckets.ts';
import type { Fact } from '../domain/facts.ts';
import { fold } from '../domain/fold.ts';
import { LOG_DAYS } from '../domain/keeping.ts';
import { factOfEvent, factOfUse, isGathered } from '../events.ts';
import { guardHour, listEvents, listUses, type LoggedEvent, sizeOfHour } from '../repo/log.ts';
import { addRollups, deleteRollups, insertDayFromHours } from '../repo/rollups.ts';

/** How often an hour is begun again because something was added to it meanwhile. */
const TRIES = 5;
const PAGE = 1_000;

export interface Rebuilt {
  day: string;
  /** How many events there were, and how many uses that were gathered. */
  events: number;
  uses: number;
}

/**
 * Counts a day (UTC) anew from its log: hour by hour, each in a batch that is undone where something is added to the hour meanwhile;
 * then the day from its hours. A crash in between leaves hours that are right and a day as it was: it is safe to repeat.
 * @param day as in 2026-11-20
 * @throws AppError validation_failed: no day, or one whose log is gone; state_conflict: too much is coming in
 */
export async function rebuildDay(context: TenantContext, day: string): Promise<Rebuilt> {
  const { db, scope } = context;
  const number = Math.floor(Date.parse(day) / DAY_MS);
  const today = Math.floor(context.now() / DAY_MS);
  if (number > today || number <= today - LOG_DAYS) {
    const message = `must be one of the last ${LOG_DAYS} days: what older ones were counted from is no longer there`;
    throw new AppError('validation_failed', `day: ${message}.`, {
      errors: [{ path: 'day', message, code: 'invalid' }],
    });
  }
  const rebuilt: Rebuilt = { day, events: 0, uses: 0 };
  for (let hour = number * 24; hour < (number + 1) * 24; hour++) {
    const size = await rebuildHour(context, hour);
    rebuilt.events += size.events;
    rebuilt.uses += size.uses;
  }
  await commit(
    context,
    [deleteRollups(db, scope, { grain: 'day', from: number, to: number + 1 }), insertDayFromHours(db, scope, number)],
    { action: 'analytics.rebuild', entity: { type: 'analytics', id: day }, data: { events: rebuilt.events } },
    { status: 200, body: rebuilt },
  );
  return rebuilt;
}

async function rebuildHour(context: TenantContext, hour: number): Promise<{ events: number; uses: number }> {
  const { db, scope } = context;
  for (let tries = 0; tries < TRIES; tries++) {
    const size = await sizeOfHour(db, scope, hour);
    const rows = size.events + size.uses === 0 ? [] : fold(await readFacts(context, hour));
    try {
      await batch(db, [
        guardHour(db, scope, hour, size),
        deleteRollups(db, scope, { grain: 'hour', from: hour, to: hour + 1 }),
        ...addRollups(db, scope, rows),
      ]);
      return size;
    } catch (error) {
      if (!isGuardFailure(error)) throw error;
    }
  }
  throw new AppError('state_conflict', 'Events of that day are coming in. Try again when they are fewer, or tomorrow.');
}

async function readFacts({ db, scope }: TenantContext, hour: number): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (let after: { at: number; id: string } | null = null; ;) {
    const page: LoggedEvent[] = await listEvents(db, scope, { hour, after, limit: PAGE });
    for (const event of page) {
      const body: unknown = JSON.parse(event.body);
      const message = { v: 1, tenantId: scope.tenantId, ...event, body } as EventMessage;
      if (!isGathered(message)) facts.push(factOfEvent(message));
    }
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = last;
  }
  for (let after = ''; ;) {
    const page = await listUses(db, scope, { hour, after, limit: PAGE });
    facts.push(...page.map(factOfUse));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = last.what;
  }
  return facts;
}
