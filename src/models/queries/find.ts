import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { findOptionalModel, type ModelAt } from '../repo/models.ts';

/** A model at its latest revision, by name or id. @throws AppError not_found */
export async function findModel(context: TenantContext, nameOrId: string): Promise<ModelAt> {
  const found = await findOptionalModel(context.db, context.scope, nameOrId);
  if (found === null) throw notFound(`The model "${nameOrId}"`);
  return found;
}

/** A model at one of its revisions. @throws AppError not_found */
export async function findModelRevision(context: TenantContext, nameOrId: string, revision: number): Promise<ModelAt> {
  const found = await findOptionalModel(context.db, context.scope, nameOrId, revision);
  if (found === null) throw notFound(`The model "${nameOrId}" at revision ${revision}`);
  return found;
}
