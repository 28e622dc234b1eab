import type { TenantContext } from '../../platform/context.ts';
import type { LimitsUse } from '../domain/calls.ts';
import { DEFAULT_SETTINGS, type ExecutionSettings } from '../domain/settings.ts';
import { findOptionalSettings } from '../repo/settings.ts';
import { limitsObject } from '../stub.ts';

/** How much of inputs and outputs a tenant has stored. */
export async function findStoring({
  db,
  scope,
}: TenantContext): Promise<Pick<ExecutionSettings, 'storeInputs' | 'storeOutputs'>> {
  return (await findOptionalSettings(db, scope)) ?? DEFAULT_SETTINGS;
}

/** What a tenant has decided about its executions, and what it has used this month. */
export async function readSettings(context: TenantContext): Promise<{ settings: ExecutionSettings; use: LimitsUse }> {
  const { db, scope } = context;
  const [settings, use] = await Promise.all([
    findOptionalSettings(db, scope),
    limitsObject(context, scope.tenantId).use(context.now()),
  ]);
  return { settings: settings ?? DEFAULT_SETTINGS, use };
}
