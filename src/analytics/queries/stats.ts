import type { TenantContext } from '../../platform/context.ts';
import type { About, Stats } from '../domain/answers.ts';
import { DAY_MS } from '../domain/buckets.ts';
import { type Kind, subjectOf } from '../domain/fold.ts';
import { hoursKept } from '../domain/keeping.ts';
import { addToSeries, addToSum, emptySum, type Interval, planSeries } from '../domain/series.ts';
import { listBuckets } from '../repo/rollups.ts';
import { findAbout } from './about.ts';

/** So many buckets are read at a time: their sketches may be some KB each. */
const AT_A_TIME = 1_000;
/** What is answered where no time is given. */
const USUAL_MS: Readonly<Record<Interval, number>> = { hour: 2 * DAY_MS, day: 30 * DAY_MS };

export interface StatsQuery {
  /** ISO 8601. */
  from?: string | undefined;
  to?: string | undefined;
  environment?: string | undefined;
  prompt?: string | undefined;
  interval: Interval;
  tz: string;
}

/**
 * A series over time. What is read grows with the time asked for, never with what happened in it.
 * @throws AppError not_found, forbidden, and what planSeries throws
 */
export async function readStats(context: TenantContext, query: StatsQuery): Promise<Stats> {
  const { interval, tz: timezone } = query;
  const about = await findAbout(context, query);
  const to = query.to === undefined ? context.now() : Date.parse(query.to);
  const from = query.from === undefined ? to - USUAL_MS[interval] : Date.parse(query.from);
  const subject = subjectFor(about);
  const kept = { now: context.now(), hoursKept: hoursKept(subject.kind) };
  const plan = planSeries({ interval, timezone, from, to, ...kept });
  const { grain, points } = plan;
  const sums = points.map(emptySum);
  const end = points.at(-1)?.to ?? 0;
  for (let first = points[0].from; first < end; first += AT_A_TIME) {
    const range = { grain, from: first, to: Math.min(end, first + AT_A_TIME) };
    addToSeries(points, sums, await listBuckets(context.db, context.scope, { ...subject, ...range }));
  }
  const total = emptySum();
  for (const sum of sums) addToSum(total, sum);
  return { about, interval, timezone, plan, sums, total };
}

function subjectFor({ environment, prompt }: About): { kind: Kind; subject: string } {
  if (environment === null) {
    return prompt === null ? { kind: 'whole', subject: '' } : { kind: 'prompt', subject: prompt.id };
  }
  return prompt === null
    ? { kind: 'environment', subject: environment }
    : { kind: 'environment_prompt', subject: subjectOf(environment, prompt.id) };
}
