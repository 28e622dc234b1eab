import type { Context } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import { listDeletedBefore } from '../repo/datasets.ts';
import { forgetItems } from '../repo/items.ts';

/** How long the items of a deleted dataset stay, for evaluations that are reading them (ms). */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
const DATASETS_A_RUN = 5;
const ITEMS_A_RUN = 5000;

/** Forgets the items of datasets that were deleted a month ago. Runs every minute; the next goes on where this ends. */
export async function sweepDatasets(context: Context): Promise<void> {
  const { db } = context;
  for (const { tenantId, id } of await listDeletedBefore(db, context.now() - KEPT_MS, DATASETS_A_RUN)) {
    await batch(db, forgetItems(db, { tenantId }, id, ITEMS_A_RUN));
  }
}
