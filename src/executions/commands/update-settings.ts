import { commit } from '../../audit/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { ExecutionSettings } from '../domain/settings.ts';
import { changeSettings } from '../repo/settings.ts';

export type SettingsChange = { [K in keyof ExecutionSettings]?: ExecutionSettings[K] | undefined };

/** Changes some of what a tenant has decided about its executions. What runs already is not stopped. */
export async function updateSettings(context: TenantContext, change: SettingsChange): Promise<void> {
  const { actor, db, scope } = context;
  const given = Object.fromEntries(
    Object.entries(change).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
  const by = { updatedBy: actor.id, updatedAt: context.now() };
  await commit(context, [changeSettings(db, scope, { ...given, ...by })], {
    action: 'settings.update',
    entity: { type: 'settings', id: 'executions' },
    data: given,
  });
}
