import { commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import {
  asksAnother,
  changedSettings,
  type ModelChanges,
  type ModelSettings,
  nextSettings,
  sendsKeyElsewhere,
  settingsOf,
} from '../domain/revision.ts';
import { findModel } from '../queries/find.ts';
import { guardModels, insertNextRevision, type ModelAt } from '../repo/models.ts';
import { acceptBaseUrl, assertMaySendKey, assertSettings, lookUp, newRevision } from './check-settings.ts';

/** How often changes are made to a newer revision when somebody else made one meanwhile. */
const ATTEMPTS = 3;

/**
 * Changes a model: makes its next revision, or none where nothing changes. Changes made at once follow each other.
 * @throws AppError not_found, validation_failed, forbidden, state_conflict
 */
export async function updateModel(context: TenantContext, nameOrId: string, input: ModelChanges): Promise<ModelAt> {
  const { db, scope } = context;
  const changes = { ...input, baseUrl: acceptBaseUrl(context, input.baseUrl) };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const found = await findModel(context, nameOrId);
    const { model } = found;
    const before = settingsOf(found.revision);
    if (sendsKeyElsewhere(before, changes)) assertMaySendKey(context);
    const settings = await settle(context, before, changes);
    const changed = changedSettings(before, settings);
    if (changed.length === 0) return found;
    await assertSettings(context, model.name, settings);
    const revision = newRevision(context, { modelId: model.id, revision: found.revision.revision + 1 }, settings);
    const { provider, model: called, baseUrl } = settings;
    try {
      await commit(
        context,
        [...guardModels(db, scope, settings.fallbacks), ...insertNextRevision(db, scope, revision)],
        {
          action: 'model.update',
          entity: { type: 'model', id: model.id },
          data: { name: model.name, revision: revision.revision, changed, provider, model: called, baseUrl },
        },
      );
      return { model: { ...model, latestRevision: revision.revision, updatedAt: revision.createdAt }, revision };
    } catch (error) {
      if (!isGuardFailure(error)) throw error;
    }
  }
  throw new AppError(
    'state_conflict',
    `The model "${nameOrId}" is being changed by others. Look again, and try again.`,
  );
}

async function settle(context: TenantContext, before: ModelSettings, changes: ModelChanges): Promise<ModelSettings> {
  if (!asksAnother(before, changes)) return nextSettings(before, changes, null);
  const after = nextSettings(before, changes, null);
  const [was, is] = [await lookUp(context, before), await lookUp(context, after)];
  return nextSettings(before, changes, { before: was, after: is });
}
