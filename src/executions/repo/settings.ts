import { eq } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { DEFAULT_SETTINGS } from '../domain/settings.ts';
import { executionSettings, type SettingsRow } from '../table.ts';

export type { SettingsRow } from '../table.ts';

export async function findOptionalSettings(db: Db, scope: TenantScope): Promise<SettingsRow | null> {
  const [row] = await db.select().from(executionSettings).where(eq(executionSettings.tenantId, scope.tenantId));
  return row ?? null;
}

/** Changes what is given and nothing else: what somebody else changes at once stands. */
export const changeSettings = (
  db: Db,
  { tenantId }: TenantScope,
  set: Partial<SettingsRow> & Pick<SettingsRow, 'updatedBy' | 'updatedAt'>,
): Statement =>
  db
    .insert(executionSettings)
    .values({ ...DEFAULT_SETTINGS, ...set, tenantId })
    .onConflictDoUpdate({ target: executionSettings.tenantId, set });
