import { commit } from '../../audit/public.ts';
import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { type Entry, findOptionalEntry, guardLive, updateEntry } from '../repo/entries.ts';
import { indexEntry } from '../repo/search.ts';
import { presentEntry } from '../present.ts';
import type { EntryJson } from '../schemas/responses.ts';

/** What is left out stays; null clears. */
export interface EntryPatch {
  title?: string | null | undefined;
  description?: string | null | undefined;
  category?: string | null | undefined;
  tags?: string[] | null | undefined;
}

/** Changes how an entry is described; its name and kind never change. @throws AppError not_found */
export async function updateEntryDescription(
  context: TenantContext,
  descriptor: ContentDescriptor,
  nameOrId: string,
  patch: EntryPatch,
): Promise<EntryJson> {
  const { db, scope } = context;
  const entry = await findOptionalEntry(db, scope, descriptor.type, nameOrId);
  if (entry === null) throw notFound(`The ${descriptor.type} "${nameOrId}"`);
  const { title, description, category, tags } = patch;
  const changes = {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(category === undefined ? {} : { category }),
    ...(tags === undefined ? {} : { tags: tags ?? [] }),
  };
  try {
    const results = await commit(
      context,
      [
        ...updateEntry(db, scope, entry, changes, context.now()),
        guardLive(db, scope, entry.id),
        indexEntry(db, scope, descriptor.type, entry.id),
      ],
      {
        action: descriptor.actions.update,
        entity: { type: descriptor.type, id: entry.id },
        data: { name: entry.name, changed: Object.keys(changes) },
      },
    );
    const [changed = entry] = results[0] as Entry[];
    return presentEntry(descriptor, changed);
  } catch (error) {
    if (isGuardFailure(error)) throw notFound(`The ${descriptor.type} "${nameOrId}"`);
    throw error;
  }
}
