import type { TenantContext } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import { markRunning } from '../repo/executions.ts';

/** Says in D1 that an execution has begun. It may fail, or come late: what has ended stays so. */
export async function noteRunning({ db, scope }: TenantContext, id: string, startedAt: number): Promise<void> {
  await batch(db, [markRunning(db, scope, id, startedAt)]);
}
