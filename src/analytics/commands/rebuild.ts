import { commit } from '../../audit/public.ts';
import type { TenantScope } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import type { EventMessage } from '../../platform/queue/events.ts';
import { DAY_MS } from '../domain/buckets.ts';
import type { Fact } from '../domain/facts.ts';
import { Fold, type Rollup } from '../domain/fold.ts';
import { LOG_DAYS } from '../domain/keeping.ts';
import { factOfEvent, factOfUse, isGathered } from '../events.ts';
import { guardDay, listEvents, listUses, type LogCursor, type LoggedEvent, sizeOfDay } from '../repo/log.ts';
import { addRollups, deleteRollups, insertDayFromHours } from '../repo/rollups.ts';

/** How often it is begun again because something was added to the day meanwhile. */
const TRIES = 5;
const PAGE = 1_000;

export interface Rebuilt {
  day: string;
  /** How many events there were, and how many uses that were gathered. */
  events: number;
  uses: number;
}

/**
 * Counts a day (UTC) anew from its log, in one batch that is undone where something is added to the day meanwhile.
 * @param name as in 2026-11-20
 * @throws AppError validation_failed: a day whose log is not there; state_conflict: too much is coming in
 */
export async function rebuildDay(context: TenantContext, name: string): Promise<Rebuilt> {
  const { db, scope } = context;
  const day = dayOf(name, context.now());
  for (let tries = 0; tries < TRIES; tries++) {
    const size = await sizeOfDay(db, scope, day);
    const hours = await foldLog(context, day);
    const rebuilt: Rebuilt = { day: name, ...size };
    try {
      await commit(
        context,
        [
          guardDay(db, scope, day, size),
          deleteRollups(db, scope, { grain: 'hour', from: day * 24, to: (day + 1) * 24 }),
          deleteRollups(db, scope, { grain: 'day', from: day, to: day + 1 }),
          ...addRollups(db, scope, hours),
          insertDayFromHours(db, scope, day),
        ],
        { action: 'analytics.rebuild', entity: { type: 'analytics', id: name }, data: { ...size } },
        { status: 200, body: rebuilt },
      );
      return rebuilt;
    } catch (error) {
      if (!isGuardFailure(error)) throw error;
    }
  }
  throw new AppError('state_conflict', 'Events of that day are coming in. Try again when they are fewer, or tomorrow.');
}

/** A day since the epoch, by its name. @throws AppError validation_failed */
function dayOf(name: string, now: number): number {
  const day = Math.floor(Date.parse(name) / DAY_MS);
  const today = Math.floor(now / DAY_MS);
  if (day <= today && day > today - LOG_DAYS) return day;
  const message = `must be one of the last ${LOG_DAYS} days: what older ones were counted from is no longer there`;
  throw new AppError('validation_failed', `day: ${message}.`, { errors: [{ path: 'day', message, code: 'invalid' }] });
}

/** All that a day's log comes down to, by the hour. */
async function foldLog({ db, scope }: TenantContext, day: number): Promise<Rollup[]> {
  const folded = new Fold();
  for (let after: LogCursor = { at: 0, key: '' }; ;) {
    const page = await listEvents(db, scope, { day, after, limit: PAGE });
    folded.add(page.flatMap((event) => factsOf(scope, event)));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = { at: last.at, key: last.id };
  }
  for (let after: LogCursor = { at: 0, key: '' }; ;) {
    const page = await listUses(db, scope, { day, after, limit: PAGE });
    folded.add(page.map(factOfUse));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = { at: last.hour, key: last.what };
  }
  return folded.rollups;
}

function factsOf({ tenantId }: TenantScope, event: LoggedEvent): Fact[] {
  const body: unknown = JSON.parse(event.body);
  const message = { v: 1, tenantId, ...event, body } as EventMessage;
  return isGathered(message) ? [] : [factOfEvent(message)];
}
