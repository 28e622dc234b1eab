export { sweepDatasets } from './commands/sweep.ts';
export type { DatasetVersionRef, Item } from './domain/item.ts';
export { findDataset, freezeDataset } from './queries/find.ts';
export type { FrozenDataset } from './queries/find.ts';
export { readItem, readItemIds, readItemsById } from './queries/read.ts';
