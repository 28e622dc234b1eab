import type { Context } from '../../platform/context.ts';
import type { EnvironmentRef } from '../domain/deployment.ts';
import { environmentObject } from '../stub.ts';

/** Has bundles that KV lacks written again, by the environment's object: it alone writes them, in their order. */
export async function republish(
  context: Pick<Context, 'env' | 'operations'>,
  environment: EnvironmentRef,
  names: readonly string[],
): Promise<void> {
  await environmentObject(context, environment.tenantId, environment.id).republish(environment, names);
}
