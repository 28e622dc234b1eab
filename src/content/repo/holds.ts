import { and, eq, inArray, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import { holds } from '../table.ts';

export interface Hold {
  holder: string;
  versionId: string;
  entryId: string;
  kind: 'deployment' | 'active';
  label: string;
}

/** Holds versions fast, any number in one statement. */
export const holdVersions = (db: Db, scope: TenantScope, rows: readonly Hold[]): Statement =>
  db.run(sql`INSERT OR IGNORE INTO holds (tenant_id, holder, version_id, entry_id, kind, label)
    SELECT ${scope.tenantId}, value ->> 'holder', value ->> 'versionId', value ->> 'entryId', value ->> 'kind', value ->> 'label'
    FROM json_each(${JSON.stringify(rows)})`);

/** Lets go of everything that these holders hold. */
export const releaseHolds = (db: Db, scope: TenantScope, holders: readonly string[]): Statement =>
  db
    .delete(holds)
    .where(
      and(
        eq(holds.tenantId, scope.tenantId),
        inArray(holds.holder, sql`(SELECT value FROM json_each(${JSON.stringify(holders)}))`),
      ),
    );
