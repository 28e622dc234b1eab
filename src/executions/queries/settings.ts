import type { TenantContext } from '../../platform/context.ts';
import type { LimitsUse } from '../domain/calls.ts';
import { DEFAULT_SETTINGS, type ExecutionSettings } from '../domain/settings.ts';
import { findOptionalSettings } from '../repo/settings.ts';
import { limitsObject } from '../stub.ts';

/** What a tenant has decided about its executions, and what it has used this month. */
export async function readSettings(context: TenantContext): Promise<{ settings: ExecutionSettings; use: LimitsUse }> {
  const { db, scope } = context;
  const [settings, use] = await Promise.all([
    findOptionalSettings(db, scope),
    limitsObject(context, scope.tenantId).use(context.now()),
  ]);
  return { settings: settings ?? DEFAULT_SETTINGS, use };
}
