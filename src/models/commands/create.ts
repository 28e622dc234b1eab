import { commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure, isUniqueViolation } from '../../platform/db/guard.ts';
import { LIMITS } from '../domain/limits.ts';
import type { ProviderName } from '../domain/model.ts';
import { firstSettings, type ModelChanges, sendsKeyElsewhere } from '../domain/revision.ts';
import { countModels, guardModels, insertModel, type Model } from '../repo/models.ts';
import { presentModel } from '../present.ts';
import type { ModelJson } from '../schemas/models.ts';
import { acceptBaseUrl, assertMaySendKey, assertSettings, lookUp, newRevision } from './check-settings.ts';

export interface NewModelInput extends ModelChanges {
  name: string;
  provider: ProviderName;
  model: string;
}

/**
 * Registers a model, with its first revision.
 * @throws AppError validation_failed, forbidden, already_exists, state_conflict
 */
export async function createModel(context: TenantContext, input: NewModelInput): Promise<ModelJson> {
  const { db, scope } = context;
  if (sendsKeyElsewhere(null, input)) assertMaySendKey(context);
  const { name, ...asked } = { ...input, baseUrl: acceptBaseUrl(context, input.baseUrl ?? null) };
  if ((await countModels(db, scope)) >= LIMITS.models) {
    throw new AppError('state_conflict', `A tenant has ${LIMITS.models} models at most. Delete one first.`);
  }
  const settings = firstSettings(asked, await lookUp(context, asked));
  await assertSettings(context, name, settings);
  const id = newId('model', context.now());
  const revision = newRevision(context, { modelId: id, revision: 1 }, settings);
  const { createdAt } = revision;
  const model: Model = {
    tenantId: scope.tenantId,
    id,
    name,
    latestRevision: 1,
    createdBy: context.actor.id,
    createdAt,
    updatedAt: createdAt,
    deletedAt: null,
  };
  const created = presentModel({ model, revision });
  const { provider, model: called, baseUrl } = settings;
  try {
    await commit(
      context,
      [...guardModels(db, scope, settings.fallbacks), ...insertModel(db, model, revision)],
      {
        action: 'model.create',
        entity: { type: 'model', id: model.id },
        data: { name, revision: 1, provider, model: called, baseUrl },
      },
      { status: 201, body: created },
    );
  } catch (error) {
    if (isGuardFailure(error)) {
      throw new AppError(
        'state_conflict',
        'One of its fallbacks was deleted at this moment. Look again, and try again.',
      );
    }
    if (!isUniqueViolation(error, 'models.name')) throw error;
    throw new AppError('already_exists', `There is a model "${name}" already. Change it, or choose another name.`, {
      errors: [{ path: 'name', message: 'is in use', code: 'already_exists' }],
    });
  }
  return created;
}
