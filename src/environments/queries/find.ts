import { mayEnter } from '../../kernel/actor.ts';
import { AppError, notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { findOptionalEnvironment } from '../repo.ts';
import type { Environment } from '../repo.ts';

/** An environment by name. @throws AppError not_found; forbidden for an API key that is bound to others */
export async function findEnvironment(context: TenantContext, name: string): Promise<Environment> {
  const environment = await findOptionalEnvironment(context.db, context.scope, name);
  if (environment === null) throw notFound(`The environment ${name}`);
  assertMayEnter(context, name);
  return environment;
}

/** @throws AppError forbidden for an API key that is bound to other environments */
export function assertMayEnter(context: TenantContext, environment: string): void {
  if (!mayEnter(context.actor, environment)) {
    throw new AppError('forbidden', `This API key is bound to other environments than ${environment}.`);
  }
}
