import { eq } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { executionSettings, type SettingsRow } from '../table.ts';

export type { SettingsRow } from '../table.ts';

export async function findOptionalSettings(db: Db, scope: TenantScope): Promise<SettingsRow | null> {
  const [row] = await db.select().from(executionSettings).where(eq(executionSettings.tenantId, scope.tenantId));
  return row ?? null;
}

export function saveSettings(db: Db, row: SettingsRow): Statement {
  const { tenantId: target, ...set } = row;
  return db
    .insert(executionSettings)
    .values({ ...set, tenantId: target })
    .onConflictDoUpdate({ target: executionSettings.tenantId, set });
}
