import type { Context } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import { hourOf } from '../domain/buckets.ts';
import { DAYS_KEPT_DAYS, HOURS_KEPT_DAYS, LOG_DAYS } from '../domain/keeping.ts';
import { sweepLog } from '../repo/log.ts';
import { sweepRollups } from '../repo/rollups.ts';

/** Of each kind, in a minute. */
const ROWS = 5_000;

/** Forgets what is past its time. */
export async function sweepAnalytics(context: Context): Promise<void> {
  const hour = hourOf(context.now());
  await batch(context.db, [
    ...sweepLog(context.db, hour - LOG_DAYS * 24, ROWS),
    sweepRollups(context.db, { grain: 'hour', to: hour - HOURS_KEPT_DAYS * 24 }, ROWS),
    sweepRollups(context.db, { grain: 'day', to: Math.floor(hour / 24) - DAYS_KEPT_DAYS }, ROWS),
  ]);
}
