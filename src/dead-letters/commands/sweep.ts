import type { Context } from '../../platform/context.ts';
import { DEAD_LETTER_MS } from '../domain.ts';
import { deleteOldDeadLetters } from '../repo.ts';

const ROWS_A_SWEEP = 1_000;

/** Forgets dead letters past their time. */
export async function sweepDeadLetters(context: Context): Promise<void> {
  await deleteOldDeadLetters(context.db, context.now() - DEAD_LETTER_MS, ROWS_A_SWEEP);
}
