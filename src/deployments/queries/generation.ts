import type { TenantContext } from '../../platform/context.ts';
import { findBundles } from '../repo/activations.ts';

/** The generation that an environment is at. */
export async function findGeneration(context: TenantContext, environmentName: string): Promise<number> {
  const { environment } = await findBundles(context.db, context.scope, environmentName, []);
  return environment?.generation ?? 0;
}
