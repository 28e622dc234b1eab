import type { Context } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import { ACCOUNT_RULE } from '../domain/throttle.ts';
import { deleteExpired } from '../repo/sessions.ts';
import { deleteOldTries } from '../repo/throttles.ts';

/** Rows of each kind a run: more wait for the next minute. */
const ROWS_A_RUN = 1000;

/** Deletes what has expired: sessions, refresh tokens, forgiven tries. One batch, every minute. */
export async function sweepIdentity(context: Context): Promise<void> {
  const now = context.now();
  await batch(context.db, [
    ...deleteExpired(context.db, now, ROWS_A_RUN),
    deleteOldTries(context.db, now - ACCOUNT_RULE.memoryMs, ROWS_A_RUN),
  ]);
}
