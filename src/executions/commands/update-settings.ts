import { commit } from '../../audit/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { DEFAULT_SETTINGS, type ExecutionSettings } from '../domain/settings.ts';
import { findOptionalSettings, saveSettings, type SettingsRow } from '../repo/settings.ts';

export type SettingsChange = { [K in keyof ExecutionSettings]?: ExecutionSettings[K] | undefined };

/** Changes some of what a tenant has decided about its executions. What runs already is not stopped. */
export async function updateSettings(context: TenantContext, change: SettingsChange): Promise<SettingsRow> {
  const { actor, db, scope } = context;
  const before = (await findOptionalSettings(db, scope)) ?? DEFAULT_SETTINGS;
  const given = Object.fromEntries(
    Object.entries(change).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  const row: SettingsRow = {
    ...DEFAULT_SETTINGS,
    ...before,
    ...given,
    tenantId: scope.tenantId,
    updatedBy: actor.id,
    updatedAt: context.now(),
  };
  await commit(context, [saveSettings(db, row)], {
    action: 'settings.update',
    entity: { type: 'settings', id: 'executions' },
    data: given,
  });
  return row;
}
