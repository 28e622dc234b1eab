import type { Context } from '../context.ts';
import { sweepProcessed } from '../db/messages.ts';

/** Longer than a dead letter is kept and a queue keeps what was sent: whatever may still come is known to have come (ms). */
const KEPT_MS = 36 * 24 * 60 * 60_000;
const ROWS_A_SWEEP = 20_000;

/** Forgets which messages were processed, and why others failed, once none of them can come again. */
export async function sweepMessages(context: Context): Promise<void> {
  await sweepProcessed(context.db, context.now() - KEPT_MS, ROWS_A_SWEEP);
}
