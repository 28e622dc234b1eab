import { commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isUniqueViolation } from '../../platform/db/guard.ts';
import { LIMITS } from '../domain/limits.ts';
import { presentDataset } from '../present.ts';
import { countDatasets, type DatasetRow, insertDataset } from '../repo/datasets.ts';
import type { DatasetJson } from '../schemas/datasets.ts';

/** Makes a dataset without items, at version 0. @throws AppError already_exists, state_conflict */
export async function createDataset(
  context: TenantContext,
  { name, description }: { name: string; description?: string | null | undefined },
): Promise<DatasetJson> {
  const { db, scope } = context;
  if ((await countDatasets(db, scope)) >= LIMITS.datasets) {
    throw new AppError('state_conflict', `A tenant has ${LIMITS.datasets} datasets at most. Delete one first.`);
  }
  const now = context.now();
  const row: DatasetRow = {
    tenantId: scope.tenantId,
    id: newId('dataset', now),
    name,
    description: description ?? null,
    version: 0,
    items: 0,
    storedItems: 0,
    storedBytes: 0,
    createdBy: context.actor.id,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
  };
  const created = presentDataset(row);
  try {
    await commit(
      context,
      [insertDataset(db, row)],
      { action: 'dataset.create', entity: { type: 'dataset', id: row.id }, data: { name } },
      { status: 201, body: created },
    );
  } catch (error) {
    if (!isUniqueViolation(error, 'datasets.name')) throw error;
    throw new AppError('already_exists', `There is a dataset "${name}" already. Add to it, or choose another name.`, {
      errors: [{ path: 'name', message: 'is in use', code: 'already_exists' }],
    });
  }
  return created;
}
