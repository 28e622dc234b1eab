import { commit } from '../../audit/public.ts';
import { assertMayChangeMeasure } from '../../evaluators/public.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { bytesOf, type DatasetVersionRef, type Item } from '../domain/item.ts';
import { LIMITS } from '../domain/limits.ts';
import { findDataset } from '../queries/find.ts';
import { type DatasetRow, type DatasetVersionRow, insertNextVersion } from '../repo/datasets.ts';
import { insertItems } from '../repo/items.ts';

/**
 * How often a change is made to a newer version when others made one meanwhile: an import in pieces, all at once, makes
 * as many versions as it has pieces, and one of them gets through each time.
 */
const ATTEMPTS = 20;

/** What a change makes of a dataset as it is now. */
export interface Change<T> {
  change: DatasetVersionRow['change'];
  added: readonly Item[];
  /** How many items it takes out. */
  removed: number;
  /** What takes them out, from the next version on. */
  end: (next: DatasetVersionRef) => Statement[];
  answer: (row: DatasetVersionRow) => { status: number; body: T };
}

/**
 * Makes a dataset's next version: all of the change, or none of it. Changes made at once follow each other.
 * @param decide what is to change, and null where nothing is; asked anew when the dataset has moved on
 * @returns what is answered, or null where nothing changes
 * @throws AppError not_found, forbidden, state_conflict, and what `decide` throws
 */
export async function makeNextVersion<T>(
  context: TenantContext,
  nameOrId: string,
  decide: (dataset: DatasetRow) => Promise<Change<T> | null>,
): Promise<T | null> {
  const { db, scope } = context;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const dataset = await findDataset(context, nameOrId);
    const change = await decide(dataset);
    if (change === null) return null;
    const { row, stored } = next(context, dataset, change);
    const still = await assertMayChangeMeasure(context, { datasetId: dataset.id });
    const answer = change.answer(row);
    try {
      await commit(
        context,
        [
          ...still,
          ...insertNextVersion(db, scope, row, stored),
          ...change.end(row),
          ...insertItems(db, scope, row, change.added),
        ],
        {
          action: 'dataset.update',
          entity: { type: 'dataset', id: dataset.id },
          data: { name: dataset.name, version: row.version, added: row.added, removed: row.removed, items: row.items },
        },
        answer,
      );
      return answer.body;
    } catch (error) {
      if (!isGuardFailure(error)) throw error;
    }
  }
  throw new AppError('state_conflict', `The dataset "${nameOrId}" is being changed by others. Try again.`);
}

function next(
  context: TenantContext,
  dataset: DatasetRow,
  { change, added, removed }: Change<unknown>,
): { row: DatasetVersionRow; stored: { items: number; bytes: number } } {
  const items = dataset.items + added.length - removed;
  const stored = { items: added.length, bytes: added.reduce((sum, item) => sum + bytesOf(item), 0) };
  if (items > LIMITS.items) {
    throw new AppError('state_conflict', `A dataset has ${LIMITS.items} items at most; this would make it ${items}.`);
  }
  if (
    dataset.storedItems + stored.items > LIMITS.storedItems ||
    dataset.storedBytes + stored.bytes > LIMITS.storedBytes
  ) {
    throw new AppError(
      'state_conflict',
      `All versions of a dataset together keep ${LIMITS.storedItems} items and ${LIMITS.storedBytes} bytes at most. Export it, and import it into a new one.`,
    );
  }
  const { tenantId } = context.scope;
  const made = { createdBy: context.actor.id, createdAt: context.now() };
  const version = dataset.version + 1;
  const row = { tenantId, datasetId: dataset.id, version, change, added: added.length, removed, items, ...made };
  return { row, stored };
}
