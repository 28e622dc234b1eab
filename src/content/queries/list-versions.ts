import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { listVersions } from '../repo/list.ts';
import { presentSummary } from '../present.ts';
import type { VersionSummaryJson } from '../schemas/responses.ts';

/** An entry's versions, the newest first. @throws AppError not_found */
export async function pageOfVersions(
  context: TenantContext,
  descriptor: ContentDescriptor,
  nameOrId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<VersionSummaryJson>> {
  const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['number']);
  const found = await listVersions(context.db, context.scope, descriptor.type, nameOrId, { before, limit: limit + 1 });
  if (found === null) throw notFound(`The ${descriptor.type} "${nameOrId}"`);
  return toPage(
    found.rows,
    limit,
    (row) => [row.number],
    (row) => presentSummary(descriptor, found.entry, row),
  );
}
