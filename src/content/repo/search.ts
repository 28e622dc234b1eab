import { sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import { idBody } from '../../kernel/ids.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import type { EntryType } from '../domain/content.ts';

/** One token that no other tenant has: every query begins with it. */
const scopeToken = ({ tenantId }: TenantScope, type: EntryType): string => `${idBody(tenantId)}${type}`;

/** Where words are looked for, the best first. A name that has them all comes before a text that does. */
const TIERS = ['name', 'name title tags', 'name title tags description', 'name title tags description text'] as const;

/**
 * The rows that hold every word, each as a word's beginning, with the tier that has them all (0 the best), as a table
 * `found(row_id, tier)`. No statistics of the whole index take part: they would tell of other tenants.
 */
export function foundBySearch(scope: TenantScope, type: EntryType, words: readonly string[]) {
  const all = words.map((word) => `"${word.replaceAll('"', '""')}" *`).join(' AND ');
  const tiers = TIERS.map(
    (columns, tier) => sql`SELECT rowid AS row_id, ${sql.raw(String(tier))} AS tier FROM content_search
      WHERE content_search MATCH ${`scope : "${scopeToken(scope, type)}" AND {${columns}} : (${all})`}`,
  );
  return sql`(SELECT row_id, min(tier) AS tier FROM (${sql.join(tiers, sql` UNION ALL `)}) GROUP BY row_id) AS found`;
}

/** The texts of one content (a JSON column), one a line. */
const textsIn = (content: string) =>
  sql.raw(`coalesce(${content} ->> 'text',
    (SELECT group_concat(value ->> 'content', char(10)) FROM json_each(${content}, '$.messages')))`);

/**
 * Indexes an entry as the batch leaves it: what it is called, and its newest version in every locale. Contentless
 * indexes take whole rows only, so everything is read anew, where nobody can change it in between.
 */
export const indexEntry = (db: Db, scope: TenantScope, type: EntryType, entryId: string): Statement =>
  db.run(sql`INSERT OR REPLACE INTO content_search (rowid, scope, name, title, description, tags, text)
    SELECT e.row_id, ${scopeToken(scope, type)}, e.name, coalesce(e.title, ''), coalesce(e.description, ''),
      coalesce((SELECT group_concat(value, char(10)) FROM json_each(e.tags)), ''),
      coalesce(${textsIn('v.content')}, '') || char(10) || coalesce((
        SELECT group_concat(${textsIn('t.content')}, char(10)) FROM translations AS t
        WHERE t.tenant_id = v.tenant_id AND t.version_id = v.id), '')
    FROM entries AS e
    LEFT JOIN versions AS v ON v.tenant_id = e.tenant_id AND v.entry_id = e.id AND v.number = e.latest_number
    WHERE e.tenant_id = ${scope.tenantId} AND e.id = ${entryId} AND e.deleted_at IS NULL`);

export const unindexEntry = (db: Db, { tenantId }: TenantScope, entryId: string): Statement =>
  db.run(sql`DELETE FROM content_search WHERE rowid =
    (SELECT row_id FROM entries WHERE tenant_id = ${tenantId} AND id = ${entryId})`);
