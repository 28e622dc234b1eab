import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import type { ContentDiff } from '../domain/diff.ts';
import { diffVersions } from '../domain/diff-versions.ts';
import { findOptionalVersion } from '../repo/versions.ts';

export interface DiffQuery {
  from: string;
  to: string;
  locale?: string | undefined;
}

/** What differs between two versions of an entry. @throws AppError not_found */
export async function diffOfVersions(
  context: TenantContext,
  descriptor: ContentDescriptor,
  nameOrId: string,
  query: DiffQuery,
): Promise<ContentDiff & { from: string; to: string }> {
  const [from, to] = await Promise.all([
    findSide(context, descriptor, nameOrId, query.from),
    findSide(context, descriptor, nameOrId, query.to),
  ]);
  return { from: from.tag, to: to.tag, ...diffVersions(from, to, query.locale ?? null) };
}

async function findSide(context: TenantContext, { type }: ContentDescriptor, nameOrId: string, tag: string) {
  const read = await findOptionalVersion(context.db, context.scope, type, nameOrId, tag);
  if (read === null) throw notFound(`The ${type} "${nameOrId}"`);
  if (read.found === null) throw notFound(`The version ${tag} of the ${type} "${read.entry.name}"`);
  return { ...read.found.version, translations: read.found.translations };
}
