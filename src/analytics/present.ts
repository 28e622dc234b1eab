import { timestamp } from '../kernel/time.ts';
import { changeOf, type Stats, type Trending, type Usage, type Variants } from './domain/answers.ts';
import { DAY_MS, HOUR_MS } from './domain/buckets.ts';
import { scoreOf } from './domain/score.ts';
import type { Sum } from './domain/series.ts';
import { quantiles } from './domain/sketch.ts';
import type { Stretch } from './domain/stretch.ts';
import type { NumbersJson, StatsJson, TrendingJson, UsageJson, VariantsJson } from './schemas/responses.ts';

/** To six decimals: more would say what is not known. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** What has been counted, as it is told. */
function presentNumbers({ counts, latency }: Sum): NumbersJson {
  const { feedbackCount: _count, feedbackSum: _sum, feedbackSquares: _squares, ...told } = counts;
  const found = quantiles(latency, [0.5, 0.95, 0.99]);
  const score = scoreOf(counts);
  const interval = score?.interval ?? null;
  return {
    ...told,
    latencyMs:
      found === null ? null : { p50: Math.round(found[0]), p95: Math.round(found[1]), p99: Math.round(found[2]) },
    feedback:
      score === null
        ? null
        : {
            count: score.count,
            mean: rounded(score.mean),
            interval: interval === null ? null : { low: rounded(interval.low), high: rounded(interval.high) },
          },
  };
}

const spanOf = ({ first, after }: Stretch) => ({ from: timestamp(first * HOUR_MS), to: timestamp(after * HOUR_MS) });

/** A day since 1970-01-01, as people write it. */
const dateOf = (day: number | null): string | null => (day === null ? null : timestamp(day * DAY_MS).slice(0, 10));

export function presentStats({ about, interval, timezone, plan, sums, total }: Stats): StatsJson {
  return {
    from: timestamp(plan.from),
    to: timestamp(plan.to),
    interval,
    timezone,
    ...about,
    data: plan.points.flatMap(({ start, day }, i) => {
      const sum = sums[i];
      return sum === undefined ? [] : [{ start: timestamp(start), date: dateOf(day), ...presentNumbers(sum) }];
    }),
    total: presentNumbers(total),
  };
}

export const presentUsage = ({ by, environment, stretch, rows, nextCursor }: Usage): UsageJson => ({
  by,
  environment,
  ...spanOf(stretch),
  data: rows.map((row) => ({ id: row.subject, name: row.name, ...presentNumbers(row) })),
  nextCursor,
});

export const presentTrending = ({ days, environment, stretch, rows, nextCursor }: Trending): TrendingJson => ({
  days,
  environment,
  ...spanOf(stretch),
  data: rows.map((row) => {
    const change = changeOf(row);
    return {
      prompt: { id: row.promptId, name: row.name },
      activity: row.activity,
      before: row.before,
      change: change === null ? null : rounded(change),
    };
  }),
  nextCursor,
});

export const presentVariants = ({ environment, prompt, stretch, rows }: Variants): VariantsJson => ({
  ...spanOf(stretch),
  environment,
  prompt,
  data: rows.map((row) => ({ tag: row.subject, ...presentNumbers(row) })),
});
