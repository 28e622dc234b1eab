import { commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { findModel } from '../queries/find.ts';
import { listUsesOfModel, softDeleteModel } from '../repo/models.ts';

/** How often it is looked at anew when something moves between the look and the deed. */
const ATTEMPTS = 3;

/** Deletes a model that is active nowhere and that no other falls back on. @throws AppError not_found, state_conflict */
export async function deleteModel(context: TenantContext, nameOrId: string): Promise<void> {
  const { db, scope } = context;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { model } = await findModel(context, nameOrId);
    assertUnused(model.name, await listUsesOfModel(db, scope, model));
    try {
      await commit(context, softDeleteModel(db, scope, model, context.now()), {
        action: 'model.delete',
        entity: { type: 'model', id: model.id },
        data: { name: model.name, revision: model.latestRevision },
      });
      return;
    } catch (error) {
      if (!isGuardFailure(error)) throw error;
    }
  }
  throw new AppError('state_conflict', `The model "${nameOrId}" is being put to use at this moment. Try again.`);
}

function assertUnused(name: string, uses: { environments: string[]; models: string[] }): void {
  if (uses.environments.length === 0 && uses.models.length === 0) return;
  const told = [
    ...(uses.environments.length > 0
      ? [`It is active in ${uses.environments.join(', ')}: roll it back there first.`]
      : []),
    ...(uses.models.length > 0 ? [`It is a fallback of ${uses.models.join(', ')}: change those models first.`] : []),
  ];
  throw new AppError('state_conflict', `The model "${name}" is in use. ${told.join(' ')}`, {
    errors: [
      ...uses.environments.map((at) => ({ path: 'model', message: `is active in ${at}`, code: 'active' })),
      ...uses.models.map((by) => ({ path: 'model', message: `is a fallback of ${by}`, code: 'fallback' })),
    ],
  });
}
