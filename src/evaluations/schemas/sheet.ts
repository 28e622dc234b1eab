import { type CsvField, toCsv } from '../../platform/http/csv.ts';
import type { Comparison } from '../domain/comparison.ts';
import type { EvaluationRow } from '../table.ts';
import { presentComparison } from './present.ts';

type Presented = ReturnType<typeof presentComparison>;
type Row = Presented['rows'][number];
type Told = Row['overall'];

/** A comparison as a sheet: a line for each row, with columns for each evaluator. */
export function comparisonSheet(evaluation: Pick<EvaluationRow, 'id' | 'status'>, comparison: Comparison): string {
  const presented = presentComparison(evaluation, comparison);
  const columns = columnsOf(comparison.byEvaluator.map(({ evaluator }) => evaluator));
  return toCsv(
    columns.map(([name]) => name),
    presented.rows.map((row) => columns.map(([, tell]) => tell(row, presented))),
  );
}

type Column = readonly [name: string, tell: (row: Row, of: Presented) => CsvField];

const columnsOf = (evaluators: readonly string[]): Column[] => [
  ['tag', ({ tag }) => tag],
  ['model', ({ model }) => model],
  ['modelRevision', ({ modelRevision }) => modelRevision],
  ['winner', (row, { winner }) => (isRow(row, winner) ? 'yes' : 'no')],
  ['results', ({ results }) => results],
  ['failed', ({ failed }) => failed],
  ['passRate', ({ passRate }) => passRate],
  ...estimated('overall', ({ overall }) => overall),
  ...estimated('toBest', ({ toBest }) => toBest),
  ...evaluators.flatMap((evaluator, index): Column[] => [
    ...estimated(evaluator, ({ scores }) => scores[index] ?? null),
    [`${evaluator} passRate`, ({ scores }) => scores[index]?.passRate ?? null],
  ]),
  ['latencyP50Ms', ({ latencyMs }) => latencyMs.p50],
  ['latencyP95Ms', ({ latencyMs }) => latencyMs.p95],
  ['inputTokens', ({ usage }) => usage.inputTokens],
  ['outputTokens', ({ usage }) => usage.outputTokens],
  ['costMicros', ({ costMicros }) => costMicros],
  ['judgeCostMicros', ({ judgeCostMicros }) => judgeCostMicros],
  ['unpriced', ({ unpriced }) => unpriced],
];

const estimated = (name: string, of: (row: Row) => Told | null): Column[] => [
  [`${name} mean`, (row) => of(row)?.mean ?? null],
  [`${name} low`, (row) => of(row)?.interval?.[0] ?? null],
  [`${name} high`, (row) => of(row)?.interval?.[1] ?? null],
];

const isRow = ({ tag, model }: Row, winner: Presented['winner']): boolean =>
  winner !== null && winner.tag === tag && winner.model === model;
