import type { Context } from '../../platform/context.ts';
import { listUnpublished } from '../repo.ts';
import { publishOrLeave } from './publish.ts';

/** Keys a run: each takes one write to KV and two round trips to D1; more wait for the next minute. */
const KEYS_A_RUN = 100;

/** Publishes what the edge does not know of yet, one by one. Runs every minute; may run twice at once. */
export async function sweepApiKeys(context: Context): Promise<void> {
  for (const { tenantId, id } of await listUnpublished(context.db, KEYS_A_RUN)) {
    await publishOrLeave(context, { tenantId }, id);
  }
}
