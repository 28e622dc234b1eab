import { type CsvField, toCsv } from '../platform/http/csv.ts';
import type { Stats, Trending, Usage, Variants } from './domain/answers.ts';
import { presentStats, presentTrending, presentUsage, presentVariants } from './present.ts';
import type { NumbersJson } from './schemas/responses.ts';

/** The columns of numbers, and how each is told. */
const NUMBERS: Readonly<Record<string, (numbers: NumbersJson) => CsvField>> = {
  fetches: ({ fetches }) => fetches,
  renders: ({ renders }) => renders,
  views: ({ views }) => views,
  executions: ({ executions }) => executions,
  errors: ({ errors }) => errors,
  cached: ({ cached }) => cached,
  inputTokens: ({ inputTokens }) => inputTokens,
  outputTokens: ({ outputTokens }) => outputTokens,
  costMicros: ({ costMicros }) => costMicros,
  unpriced: ({ unpriced }) => unpriced,
  events: ({ events }) => events,
  latencyP50Ms: ({ latencyMs }) => latencyMs?.p50 ?? null,
  latencyP95Ms: ({ latencyMs }) => latencyMs?.p95 ?? null,
  latencyP99Ms: ({ latencyMs }) => latencyMs?.p99 ?? null,
  feedbackCount: ({ feedback }) => feedback?.count ?? 0,
  feedbackMean: ({ feedback }) => feedback?.mean ?? null,
  feedbackLow: ({ feedback }) => feedback?.interval?.low ?? null,
  feedbackHigh: ({ feedback }) => feedback?.interval?.high ?? null,
};

const columns = (...first: string[]): string[] => [...first, ...Object.keys(NUMBERS)];
const fields = (numbers: NumbersJson): CsvField[] => Object.values(NUMBERS).map((tell) => tell(numbers));

export const statsSheet = (stats: Stats): string =>
  toCsv(
    columns('start', 'date'),
    presentStats(stats).data.map((point) => [point.start, point.date, ...fields(point)]),
  );

export const usageSheet = (usage: Usage): string =>
  toCsv(
    columns(usage.by, 'name'),
    presentUsage(usage).data.map((row) => [row.id, row.name, ...fields(row)]),
  );

export const trendingSheet = (trending: Trending): string =>
  toCsv(
    ['prompt', 'name', 'activity', 'before', 'change'],
    presentTrending(trending).data.map(({ prompt: { id, name }, activity, before, change }) => {
      return [id, name, activity, before, change];
    }),
  );

export const variantsSheet = (variants: Variants): string =>
  toCsv(
    columns('tag'),
    presentVariants(variants).data.map((row) => [row.tag, ...fields(row)]),
  );
