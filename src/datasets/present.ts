import { timestamp } from '../kernel/time.ts';
import type { DatasetJson, DatasetVersionJson } from './schemas/datasets.ts';
import type { DatasetRow, DatasetVersionRow } from './table.ts';

/** A dataset as the API shows it. */
export function presentDataset(row: DatasetRow): DatasetJson {
  const { id, name, description, version, items, createdBy, createdAt, updatedAt } = row;
  const times = { createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
  return { id, name, description, version, items, createdBy, ...times };
}

/** What made one of its versions. */
export function presentVersion(row: DatasetVersionRow): DatasetVersionJson {
  const { version, change, added, removed, items, createdBy, createdAt } = row;
  return { version, change, added, removed, items, createdBy, createdAt: timestamp(createdAt) };
}
