import type { z } from '@hono/zod-openapi';
import { optionalTimestamp, timestamp } from '../../kernel/time.ts';
import type { Estimate } from '../domain/bootstrap.ts';
import type { ComparedPass, Comparison } from '../domain/comparison.ts';
import type { Given } from '../domain/evaluation.ts';
import type { PassName, Verdict } from '../domain/winner.ts';
import type { EvaluationRow, PassRow, ResultRow } from '../table.ts';
import type { AcceptedSchema, ComparisonSchema, EvaluationSchema, ResultSchema } from './responses.ts';

const linksOf = (id: string) => {
  const self = `/v1/evaluations/${id}`;
  return { self, results: `${self}/results`, comparison: `${self}/comparison`, stream: `${self}/stream` };
};

export const presentAccepted = ({ id }: { id: string }): z.input<typeof AcceptedSchema> => ({
  id,
  status: 'queued',
  links: linksOf(id),
});

export function presentEvaluation(
  row: Omit<EvaluationRow, 'comparison'>,
  passes: readonly PassRow[],
): z.input<typeof EvaluationSchema> {
  const { id, status, reason, prompt, promptId, dataset, datasetVersion, items, locale } = row;
  const { done, failed, total, costMicros, judgeCostMicros, createdBy, createdAt } = row;
  return {
    id,
    status,
    reason,
    prompt,
    promptId,
    dataset: { name: dataset, version: datasetVersion, items },
    evaluators: row.evaluators.map(({ name, type, revision }) => ({ name, type, revision })),
    passes: passes.map(toName),
    locale,
    progress: { done, failed, total },
    costMicros,
    judgeCostMicros,
    runsAs: { kind: row.runnerKind, id: row.runnerId },
    createdBy,
    createdAt: timestamp(createdAt),
    startedAt: optionalTimestamp(row.startedAt),
    finishedAt: optionalTimestamp(row.finishedAt),
    links: linksOf(id),
  };
}

export function presentResult({
  evaluation,
  pass,
  result,
  item,
  output,
}: {
  evaluation: Pick<EvaluationRow, 'evaluators'>;
  pass: PassRow;
  result: ResultRow;
  item: { input: unknown; expected: string | null } | null;
  output: { text: string; isWhole: boolean } | null;
}): z.input<typeof ResultSchema> {
  const { itemId, status, executionId, latencyMs, inputTokens, outputTokens, costMicros, judgeCostMicros } = result;
  return {
    itemId,
    tag: pass.tag,
    model: pass.model,
    status,
    input: item?.input ?? null,
    expected: item?.expected ?? null,
    output: output?.text ?? null,
    outputIsWhole: output?.isWhole ?? false,
    scores: result.given?.map((given, index) => toScore(evaluation.evaluators[index]?.name ?? '', given)) ?? null,
    error: result.error,
    executionId: status === 'queued' ? null : executionId,
    latencyMs,
    usage: { inputTokens, outputTokens, costMicros },
    judgeCostMicros,
    finishedAt: optionalTimestamp(result.finishedAt),
  };
}

const toScore = (evaluator: string, { score, passed, detail, executionId }: Given) => ({
  evaluator,
  score,
  passed,
  detail,
  executionId: executionId ?? null,
});

const METHOD =
  'Means over the items that have a score, with 95 % percentile bootstrap intervals: 2,000 resamples of items, drawn for all rows together and seeded with the evaluation’s id. Differences are taken item by item. A row wins only if the interval of its lead over the next leaves zero out.';

export function presentComparison(
  { id, status }: Pick<EvaluationRow, 'id' | 'status'>,
  { items, rows, verdict, byEvaluator }: Comparison,
): z.input<typeof ComparisonSchema> {
  return {
    evaluationId: id,
    status,
    items,
    ...toWinner(rows, verdict),
    rows: rows.map(toRow),
    byEvaluator: byEvaluator.map(({ evaluator, ...each }) => ({ evaluator, ...toWinner(rows, each) })),
    method: METHOD,
  };
}

function toRow(row: ComparedPass): z.input<typeof ComparisonSchema>['rows'][number] {
  const { results, failed, passRate, overall, toBest, latencyMs, inputTokens, outputTokens } = row;
  const { costMicros, judgeCostMicros, unpriced } = row;
  return {
    ...toName(row),
    results,
    failed,
    passRate: rounded(passRate),
    overall: toEstimate(overall),
    toBest: toBest === null ? null : toEstimate(toBest),
    scores: row.scores.map((score) => ({
      evaluator: score.evaluator,
      ...toEstimate(score),
      passRate: rounded(score.passRate),
      toBest: score.toBest === null ? null : toEstimate(score.toBest),
    })),
    latencyMs: { p50: rounded(latencyMs.p50), p95: rounded(latencyMs.p95) },
    usage: { inputTokens, outputTokens },
    costMicros,
    judgeCostMicros,
    unpriced,
  };
}

const toName = ({ tag, model, modelRevision }: PassName): PassName => ({ tag, model, modelRevision });

function toWinner(rows: readonly ComparedPass[], { winner, code, message }: Verdict) {
  const row = winner === null ? undefined : rows[winner];
  return { winner: row === undefined ? null : toName(row), reason: { code, message } };
}

const toEstimate = ({ n, mean, interval }: Estimate) => ({
  n,
  mean: rounded(mean),
  interval: interval === null ? null : [rounded(interval[0]) ?? 0, rounded(interval[1]) ?? 0],
});

/** To a millionth; and never −0. */
const rounded = (value: number | null): number | null =>
  value === null ? null : Math.round(value * 1_000_000) / 1_000_000 + 0;
