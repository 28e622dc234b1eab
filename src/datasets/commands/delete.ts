import { commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import { assertMeasureUnused } from '../../evaluators/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { findDataset } from '../queries/find.ts';
import { softDeleteDataset } from '../repo/datasets.ts';

/** How often it is looked at anew when something moves between the look and the deed. */
const ATTEMPTS = 3;

/**
 * Deletes a dataset that no environment requires. Its items stay for a month, for evaluations that are reading them.
 * @throws AppError not_found, state_conflict
 */
export async function deleteDataset(context: TenantContext, nameOrId: string): Promise<void> {
  const { db, scope } = context;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { id, name, version, items } = await findDataset(context, nameOrId);
    const still = await assertMeasureUnused(context, { datasetId: id });
    try {
      await commit(context, [...still, ...softDeleteDataset(db, scope, id, context.now())], {
        action: 'dataset.delete',
        entity: { type: 'dataset', id },
        data: { name, version, items },
      });
      return;
    } catch (error) {
      if (!isGuardFailure(error)) throw error;
    }
  }
  throw new AppError('state_conflict', `The dataset "${nameOrId}" is being put to use at this moment. Try again.`);
}
