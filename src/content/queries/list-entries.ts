import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { wordsOfQuery } from '../domain/search.ts';
import { type EntryFilter, listEntries, searchEntries } from '../repo/list.ts';
import { presentEntry } from '../present.ts';
import type { EntryJson } from '../schemas/responses.ts';

export interface EntryQuery extends EntryFilter {
  /** Words to look for, each as a word's beginning. */
  q?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** The tenant's entries by name or, with `q`, those that hold all its words, the closest first. */
export async function pageOfEntries(
  context: TenantContext,
  descriptor: ContentDescriptor,
  query: EntryQuery,
): Promise<Page<EntryJson>> {
  const { q, limit, cursor, ...filter } = query;
  if (q !== undefined) return pageOfSearch(context, descriptor, q, query);
  const [after] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
  const rows = await listEntries(context.db, context.scope, descriptor.type, filter, { after, limit: limit + 1 });
  return toPage(
    rows,
    limit,
    (entry) => [entry.name],
    (entry) => presentEntry(descriptor, entry),
  );
}

async function pageOfSearch(
  context: TenantContext,
  descriptor: ContentDescriptor,
  q: string,
  { limit, cursor, ...filter }: EntryQuery,
): Promise<Page<EntryJson>> {
  const words = wordsOfQuery(q);
  if (words.length === 0) return { data: [], nextCursor: null };
  const [tier, name] = cursor === undefined ? [] : decodeCursor(cursor, ['number', 'string']);
  const after = tier === undefined || name === undefined ? undefined : { tier, name };
  const page = { after, limit: limit + 1 };
  const rows = await searchEntries(context.db, context.scope, descriptor.type, words, filter, page);
  return toPage(
    rows,
    limit,
    (row) => [row.tier, row.entry.name],
    (row) => presentEntry(descriptor, row.entry),
  );
}
