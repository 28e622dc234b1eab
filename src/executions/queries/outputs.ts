import type { TenantContext } from '../../platform/context.ts';
import { listOutputsOf } from '../repo/executions.ts';

/** What some executions answered, as far as that is stored in their rows, and no more than so much of each. */
export async function listOutputs(
  { db, scope }: TenantContext,
  ids: readonly string[],
  lengthMax: number,
): Promise<ReadonlyMap<string, { text: string; isWhole: boolean }>> {
  const rows = await listOutputsOf(db, scope, ids, lengthMax + 1);
  return new Map(
    rows.map(({ id, text }) => [id, { text: text.slice(0, lengthMax), isWhole: text.length <= lengthMax }]),
  );
}
