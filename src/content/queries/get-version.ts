import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { findOptionalVersion } from '../repo/versions.ts';
import { presentVersion } from '../present.ts';
import type { VersionJson } from '../schemas/responses.ts';

/** A version whole; `latest` is the newest. @throws AppError not_found */
export async function getVersion(
  context: TenantContext,
  descriptor: ContentDescriptor,
  nameOrId: string,
  tag: string,
): Promise<VersionJson> {
  const { type } = descriptor;
  const read = await findOptionalVersion(context.db, context.scope, type, nameOrId, tag);
  if (read === null) throw notFound(`The ${type} "${nameOrId}"`);
  if (read.found === null) throw notFound(`The version ${tag} of the ${type} "${read.entry.name}"`);
  return presentVersion(descriptor, read.found);
}
