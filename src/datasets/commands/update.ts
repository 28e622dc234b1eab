import { commit } from '../../audit/public.ts';
import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { findDataset } from '../queries/find.ts';
import { type DatasetRow, updateDescription } from '../repo/datasets.ts';

/** Describes a dataset anew. Its items and its version stay. @throws AppError not_found */
export async function updateDataset(
  context: TenantContext,
  nameOrId: string,
  { description }: { description: string | null },
): Promise<DatasetRow> {
  const { db, scope } = context;
  const dataset = await findDataset(context, nameOrId);
  const now = context.now();
  try {
    await commit(context, updateDescription(db, scope, dataset.id, description, now), {
      action: 'dataset.update',
      entity: { type: 'dataset', id: dataset.id },
      data: { name: dataset.name, changed: ['description'] },
    });
  } catch (error) {
    if (isGuardFailure(error)) throw notFound(`The dataset "${nameOrId}"`);
    throw error;
  }
  return { ...dataset, description, updatedAt: now };
}
