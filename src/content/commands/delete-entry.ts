import { commit } from '../../audit/public.ts';
import { AppError, notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import type { ContentDescriptor } from '../domain/descriptor.ts';
import { findOptionalEntryInUse, guardInactive, guardLive, softDeleteEntry } from '../repo/entries.ts';

/** How often it is looked at anew when something moves between the look and the deed. */
const ATTEMPTS = 3;

/** Deletes an entry that is active nowhere, alone or inside another. @throws AppError not_found, state_conflict */
export async function deleteEntry(
  context: TenantContext,
  descriptor: ContentDescriptor,
  nameOrId: string,
): Promise<void> {
  const { db, scope } = context;
  const { type } = descriptor;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await findOptionalEntryInUse(db, scope, type, nameOrId);
    if (found === null) throw notFound(`The ${type} "${nameOrId}"`);
    const { entry, activeIn } = found;
    if (activeIn.length > 0) {
      const where = activeIn.join(', ');
      throw new AppError(
        'state_conflict',
        `The ${type} "${entry.name}" is active in ${where}. Roll it back there first.`,
        {
          errors: activeIn.map((environment) => ({
            path: type,
            message: `is active in ${environment}`,
            code: 'active',
          })),
        },
      );
    }
    try {
      await commit(
        context,
        [
          guardLive(db, scope, entry.id),
          guardInactive(db, scope, entry.id),
          ...softDeleteEntry(db, scope, entry, context.now()),
        ],
        { action: descriptor.actions.delete, entity: { type, id: entry.id }, data: { name: entry.name } },
      );
      return;
    } catch (error) {
      if (!isGuardFailure(error)) throw error;
    }
  }
  throw new AppError('state_conflict', `The ${type} "${nameOrId}" is being deployed at this moment. Try again.`);
}
