import { and, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db, Statement } from '../../platform/db/db.ts';
import type { Grain, Range } from '../domain/buckets.ts';
import { type Kind, KINDS, type Rollup } from '../domain/fold.ts';
import { type Counts, METRICS } from '../domain/metrics.ts';
import { sketchFromJson, sketchToJson } from '../domain/sketch.ts';
import { rollups } from '../table.ts';
import { allMetrics, COLUMNS, countsOf, mergedLatency } from './metrics.ts';

/** Of one statement's rows, in characters of JSON: D1 takes values of 2 MB, and a character may be three bytes. */
const CHUNK = 500_000;

/** Adds numbers to what is there. Nothing is read first, so that whoever adds at the same time takes nothing away. */
export const addRollups = (db: Db, { tenantId }: TenantScope, rows: readonly Rollup[]): Statement[] =>
  chunksOf(rows).map((json) =>
    db.run(sql`INSERT INTO rollups (tenant_id, kind, subject, grain, bucket, ${COLUMNS}, latency)
      SELECT ${tenantId}, value ->> 0, value ->> 1, value ->> 2, value ->> 3,
        ${allMetrics((_column, i) => sql.raw(`value ->> ${4 + i}`))}, value ->> ${sql.raw(String(4 + METRICS.length))}
      FROM json_each(${json}) WHERE true
      ON CONFLICT (tenant_id, kind, subject, grain, bucket) DO UPDATE SET
        ${allMetrics((column) => sql`${column} = ${column} + excluded.${column}`)},
        latency = CASE
          WHEN excluded.latency = '{}' THEN rollups.latency
          WHEN rollups.latency = '{}' THEN excluded.latency
          ELSE ${mergedLatency(sql`
            (SELECT rollups.latency AS latency UNION ALL SELECT excluded.latency) AS r CROSS JOIN json_each(r.latency) AS e`)}
        END`),
  );

function chunksOf(rows: readonly Rollup[]): string[] {
  const chunks: string[][] = [];
  let length = Infinity;
  for (const { kind, subject, grain, bucket, counts, latency } of rows) {
    const numbers = METRICS.map((metric) => counts[metric]);
    const row = JSON.stringify([kind, subject, grain, bucket, ...numbers, sketchToJson(latency)]);
    length += row.length + 1;
    if (length > CHUNK) {
      chunks.push([]);
      length = row.length;
    }
    chunks.at(-1)?.push(row);
  }
  return chunks.map((chunk) => `[${chunk.join(',')}]`);
}

/** Kinds by name, so that an index serves that has something behind them. */
const named = (kinds: readonly Kind[]): SQL => sql.raw(kinds.map((kind) => `'${kind}'`).join(', '));

const within = (row: string, { tenantId }: TenantScope, { grain, from, to }: Range): SQL => {
  const of = (column: string): SQL => sql.raw(`${row}.${column}`);
  return sql`${of('tenant_id')} = ${tenantId} AND ${of('kind')} IN (${named(KINDS)}) AND ${of('grain')} = ${grain}
    AND ${of('bucket')} >= ${from} AND ${of('bucket')} < ${to}`;
};

/** Forgets the numbers of some buckets, of every subject: they are about to be counted anew. */
export const deleteRollups = (db: Db, scope: TenantScope, range: Range): Statement =>
  db.run(sql`DELETE FROM rollups WHERE ${within('rollups', scope, range)}`);

/** The numbers of a day, as those of its hours together. */
export const insertDayFromHours = (db: Db, scope: TenantScope, day: number): Statement => {
  const hours: Range = { grain: 'hour', from: day * 24, to: (day + 1) * 24 };
  return db.run(sql`INSERT INTO rollups (tenant_id, kind, subject, grain, bucket, ${COLUMNS}, latency)
    SELECT h.tenant_id, h.kind, h.subject, 'day', ${day}, ${allMetrics((column) => sql`sum(h.${column})`)},
      ${mergedLatency(sql`rollups AS r CROSS JOIN json_each(r.latency) AS e WHERE r.tenant_id = h.tenant_id
        AND r.kind = h.kind AND r.subject = h.subject AND r.grain = 'hour' AND r.bucket >= ${hours.from} AND r.bucket < ${hours.to}`)}
    FROM rollups AS h WHERE ${within('h', scope, hours)} GROUP BY h.kind, h.subject`);
};

export interface Bucket {
  bucket: number;
  counts: Counts;
  latency: Map<number, number>;
}

/** One subject's buckets, in order: one stretch of the table, as long as the time and no longer. */
export async function listBuckets(
  db: Db,
  scope: TenantScope,
  of: { kind: Kind; subject: string } & Range,
): Promise<Bucket[]> {
  const rows = await db
    .select()
    .from(rollups)
    .where(
      and(
        eq(rollups.tenantId, scope.tenantId),
        eq(rollups.kind, of.kind),
        eq(rollups.subject, of.subject),
        eq(rollups.grain, of.grain),
        gte(rollups.bucket, of.from),
        lt(rollups.bucket, of.to),
      ),
    )
    .orderBy(rollups.bucket);
  return rows.map((row) => ({ bucket: row.bucket, counts: countsOf(row), latency: sketchFromJson(row.latency) }));
}

/** Of all tenants: forgets what is older than a bucket, of some kinds. At most `limit` rows, for one statement has 30 s. */
export const sweepRollups = (
  db: Db,
  { kinds, grain, to }: { kinds: readonly Kind[]; grain: Grain; to: number },
  limit: number,
): Statement =>
  db.run(sql`DELETE FROM rollups WHERE rowid IN (
    SELECT rowid FROM rollups WHERE grain = ${grain} AND kind IN (${named(kinds)}) AND bucket < ${to} LIMIT ${limit})`);
