import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { countUse, tallyOf } from '../../platform/queue/gather.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { findOptionalEntry } from '../repo/entries.ts';
import { presentEntry } from '../present.ts';
import type { Entry } from '../repo/entries.ts';
import type { EntryJson } from '../schemas/responses.ts';

/** @throws AppError not_found */
export async function getEntry(
  context: TenantContext,
  descriptor: ContentDescriptor,
  nameOrId: string,
): Promise<EntryJson> {
  const entry = await findOptionalEntry(context.db, context.scope, descriptor.type, nameOrId);
  if (entry === null) throw notFound(`The ${descriptor.type} "${nameOrId}"`);
  if (descriptor.type === 'prompt') noteView(context, entry);
  return presentEntry(descriptor, entry);
}

/** For analytics. */
function noteView(context: TenantContext, { id, name }: Entry): void {
  const { actor, env, scope } = context;
  const tally = tallyOf(env, scope.tenantId, {
    type: 'prompt.viewed',
    promptId: id,
    prompt: name,
    personId: actor.kind === 'user' ? actor.id : null,
    apiKeyId: actor.kind === 'api_key' ? actor.id : null,
  });
  if (tally !== null) countUse(tally, context.now(), env, context);
}
