import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { findOptionalEntry } from '../repo/entries.ts';
import { presentEntry } from '../present.ts';
import type { EntryJson } from '../schemas/responses.ts';

/** @throws AppError not_found */
export async function getEntry(
  context: TenantContext,
  descriptor: ContentDescriptor,
  nameOrId: string,
): Promise<EntryJson> {
  const entry = await findOptionalEntry(context.db, context.scope, descriptor.type, nameOrId);
  if (entry === null) throw notFound(`The ${descriptor.type} "${nameOrId}"`);
  return presentEntry(descriptor, entry);
}
