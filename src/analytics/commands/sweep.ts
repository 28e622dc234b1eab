import type { Context } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import { hourOf } from '../domain/buckets.ts';
import { KINDS } from '../domain/fold.ts';
import { DAYS_KEPT_DAYS, HOURS_KEPT, LOG_DAYS } from '../domain/keeping.ts';
import { sweepLog } from '../repo/log.ts';
import { sweepRollups } from '../repo/rollups.ts';

/** Of each sort, in a minute. */
const ROWS = 5_000;

/** Forgets what is past its time. */
export async function sweepAnalytics(context: Context): Promise<void> {
  const { db } = context;
  const hour = hourOf(context.now());
  const day = Math.floor(hour / 24);
  await batch(db, [
    ...sweepLog(db, hour - LOG_DAYS * 24, ROWS),
    ...HOURS_KEPT.map(({ kinds, days }) => sweepRollups(db, { kinds, grain: 'hour', to: hour - days * 24 }, ROWS)),
    sweepRollups(db, { kinds: KINDS, grain: 'day', to: day - DAYS_KEPT_DAYS }, ROWS),
  ]);
}
