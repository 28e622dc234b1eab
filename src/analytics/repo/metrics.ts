import { type SQL, sql } from 'drizzle-orm';
import { type Counts, METRICS, type Metric } from '../domain/metrics.ts';

const nameOf = (metric: Metric): string => metric.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A metric's column, as the database calls it. */
const columnOf = (metric: Metric): SQL => sql.raw(nameOf(metric));

/** Something of each metric, divided by commas. */
export const allMetrics = (of: (column: SQL, i: number) => SQL): SQL =>
  sql.join(
    METRICS.map((metric, i) => of(columnOf(metric), i)),
    sql`, `,
  );

export const COLUMNS = allMetrics((column) => column);

/** All latencies of some rows as one sketch. @param from where `e.key` is a bucket, and `e.value` its count */
export const mergedLatency = (from: SQL): SQL => sql`(
  SELECT json_group_object(key, n ORDER BY CAST(key AS INTEGER))
  FROM (SELECT e.key AS key, sum(e.value) AS n FROM ${from} GROUP BY e.key))`;

/** The metrics of a row as drizzle names them. */
export const countsOf = (row: Readonly<Record<Metric, number>>): Counts =>
  Object.fromEntries(METRICS.map((metric) => [metric, row[metric]])) as Counts;

/** The metrics of a row as the database names them. */
export const countsOfRecord = (row: Readonly<Record<string, unknown>>): Counts =>
  Object.fromEntries(METRICS.map((metric) => [metric, Number(row[nameOf(metric)] ?? 0)])) as Counts;
