import { type SQL, sql } from 'drizzle-orm';
import type { TenantScope } from '../../kernel/actor.ts';
import type { Db } from '../../platform/db/db.ts';
import type { SubjectSum, Trend } from '../domain/answers.ts';
import type { Range } from '../domain/buckets.ts';
import { type Kind, subjectOf } from '../domain/fold.ts';
import { sketchFromJson } from '../domain/sketch.ts';
import { allMetrics, countsOfRecord, mergedLatency } from './metrics.ts';

/** Where a page of sums ends: they run from dear to cheap, from many to few, then by subject. */
export interface SumCursor {
  costMicros: number;
  executions: number;
  fetches: number;
  subject: string;
}

const asked = (ranges: readonly Range[]): SQL => sql`asked AS (
  SELECT value ->> 'grain' AS grain, value ->> 'from' AS first, value ->> 'to' AS after, value ->> 'earlier' AS earlier
  FROM json_each(${JSON.stringify(ranges)}))`;

const IN_RANGE = sql`r.grain = asked.grain AND r.bucket >= asked.first AND r.bucket < asked.after`;

/** All subjects that begin with some parts; unindexed, since the index over time serves better. */
const beginsWith = (prefix: string | null): SQL =>
  prefix === null ? sql`true` : sql`+r.subject > ${`${prefix}/`} AND +r.subject < ${`${prefix}0`}`;

/** What a subject is called, of a row named `s`. @param prefix what stands before the id in it */
function nameIn(kind: Kind, { tenantId }: TenantScope, prefix: string | null): SQL {
  const id = prefix === null ? sql`s.subject` : sql`substr(s.subject, ${prefix.length + 2})`;
  switch (kind) {
    case 'prompt':
    case 'environment_prompt':
      return sql`(SELECT name FROM entries WHERE tenant_id = ${tenantId} AND id = ${id})`;
    case 'member':
      return sql`(SELECT name FROM users WHERE id = ${id})`;
    case 'api_key':
      return sql`(SELECT name FROM api_keys WHERE tenant_id = ${tenantId} AND id = ${id})`;
    default:
      return sql`NULL`;
  }
}

/**
 * The subjects of a kind and their numbers over some time, a page of them.
 * @param query.environment of `environment_prompt` alone: the subjects within it, without its name
 */
export async function listSums(
  db: Db,
  scope: TenantScope,
  query: { kind: Kind; environment: string | null; ranges: readonly Range[]; after: SumCursor | null; limit: number },
): Promise<SubjectSum[]> {
  const { kind, environment, ranges, after, limit } = query;
  const order = sql`-sum(r.cost_micros), -sum(r.executions), -sum(r.fetches), r.subject`;
  const behind =
    after === null
      ? sql`true`
      : sql`(${order}) > (${-after.costMicros}, ${-after.executions}, ${-after.fetches},
          ${environment === null ? after.subject : subjectOf(environment, after.subject)})`;
  const rows = await db.all<Record<string, unknown>>(sql`WITH ${asked(ranges)},
    s AS (
      SELECT r.subject AS subject, ${allMetrics((column) => sql`sum(r.${column}) AS ${column}`)}
      FROM asked CROSS JOIN rollups AS r
      WHERE r.tenant_id = ${scope.tenantId} AND r.kind = ${kind} AND ${IN_RANGE} AND ${beginsWith(environment)}
      GROUP BY r.subject HAVING ${behind} ORDER BY ${order} LIMIT ${limit})
    SELECT s.*, ${nameIn(kind, scope, environment)} AS name, ${latencyOf(scope, kind)} AS latency FROM s`);
  return rows.map((row) => toSum(row, environment));
}

/** Of a row named `s`. */
const latencyOf = ({ tenantId }: TenantScope, kind: Kind): SQL =>
  mergedLatency(sql`asked CROSS JOIN rollups AS r CROSS JOIN json_each(r.latency) AS e
    WHERE r.tenant_id = ${tenantId} AND r.kind = ${kind} AND r.subject = s.subject AND ${IN_RANGE}`);

function toSum(row: Record<string, unknown>, prefix: string | null): SubjectSum {
  const subject = String(row['subject']);
  return {
    subject: prefix === null ? subject : subject.slice(prefix.length + 1),
    name: typeof row['name'] === 'string' ? row['name'] : null,
    counts: countsOfRecord(row),
    latency: sketchFromJson(String(row['latency'])),
  };
}

/** More tags than experiments of one prompt have ever named. */
const VARIANTS_MAX = 100;

/**
 * The variants of a prompt in an environment that were counted in some time, by tag. They are found one after the other in
 * the key, so that neither time nor traffic makes it dearer.
 */
export async function listVariantSums(
  db: Db,
  scope: TenantScope,
  { environment, promptId, ranges }: { environment: string; promptId: string; ranges: readonly Range[] },
): Promise<SubjectSum[]> {
  const prefix = subjectOf(environment, promptId);
  const next = (after: SQL): SQL => sql`SELECT min(subject) AS subject FROM rollups
    WHERE tenant_id = ${scope.tenantId} AND kind = 'variant' AND subject > ${after} AND subject < ${`${prefix}0`}`;
  const rows = await db.all<Record<string, unknown>>(sql`WITH RECURSIVE ${asked(ranges)},
    named AS (
      ${next(sql`${`${prefix}/`}`)}
      UNION ALL
      SELECT (${next(sql`named.subject`)}) FROM named WHERE named.subject IS NOT NULL LIMIT ${VARIANTS_MAX}),
    s AS (
      SELECT r.subject AS subject, ${allMetrics((column) => sql`sum(r.${column}) AS ${column}`)}
      FROM named CROSS JOIN asked CROSS JOIN rollups AS r
      WHERE r.tenant_id = ${scope.tenantId} AND r.kind = 'variant' AND r.subject = named.subject AND ${IN_RANGE}
      GROUP BY r.subject)
    SELECT s.*, NULL AS name, ${latencyOf(scope, 'variant')} AS latency FROM s ORDER BY s.subject`);
  return rows.map((row) => toSum(row, prefix));
}

const ACTIVITY = sql`r.fetches + r.renders + r.views + r.executions`;

/** Prompts by what was done with them, a page of them. */
export async function listTrends(
  db: Db,
  scope: TenantScope,
  query: {
    environment: string | null;
    now: readonly Range[];
    earlier: readonly Range[];
    after: { activity: number; promptId: string } | null;
    limit: number;
  },
): Promise<Trend[]> {
  const { environment, after, limit } = query;
  const kind: Kind = environment === null ? 'prompt' : 'environment_prompt';
  const ranges = [
    ...query.now.map((range) => ({ ...range, earlier: 0 })),
    ...query.earlier.map((range) => ({ ...range, earlier: 1 })),
  ];
  const activity = sql`sum(CASE asked.earlier WHEN 0 THEN ${ACTIVITY} ELSE 0 END)`;
  const behind =
    after === null
      ? sql`true`
      : sql`(-${activity}, r.subject) > (${-after.activity}, ${environment === null ? after.promptId : subjectOf(environment, after.promptId)})`;
  const rows = await db.all<{ subject: string; name: string | null; activity: number; before: number }>(
    sql`WITH ${asked(ranges)}, s AS (
      SELECT r.subject AS subject, ${activity} AS activity,
        sum(CASE asked.earlier WHEN 1 THEN ${ACTIVITY} ELSE 0 END) AS before
      FROM asked CROSS JOIN rollups AS r
      WHERE r.tenant_id = ${scope.tenantId} AND r.kind = ${kind} AND ${IN_RANGE} AND ${beginsWith(environment)}
      GROUP BY r.subject HAVING ${activity} > 0 AND ${behind} ORDER BY -${activity}, r.subject LIMIT ${limit})
    SELECT s.*, ${nameIn(kind, scope, environment)} AS name FROM s`,
  );
  return rows.map(({ subject, name, ...numbers }) => ({
    promptId: environment === null ? subject : subject.slice(environment.length + 1),
    name,
    ...numbers,
  }));
}
