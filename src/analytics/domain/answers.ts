import type { Counts } from './metrics.ts';
import type { Interval, Plan, Sum } from './series.ts';
import type { Dimension } from './dimensions.ts';
import type { Stretch } from './stretch.ts';

/** What questions are answered with, before anybody says in which form. */

export interface NamedPrompt {
  id: string;
  name: string;
}

/** What a question is about. */
export interface About {
  /** By name; null: all of them. */
  environment: string | null;
  prompt: NamedPrompt | null;
}

export interface Stats {
  about: About;
  interval: Interval;
  timezone: string;
  plan: Plan;
  /** One for each point. */
  sums: readonly Sum[];
  total: Sum;
}

/** A subject's numbers over some time. */
export interface SubjectSum {
  subject: string;
  /** What people call it, where it has a name of its own. */
  name: string | null;
  counts: Counts;
  latency: Map<number, number>;
}

export interface Usage {
  by: Dimension;
  environment: string | null;
  stretch: Stretch;
  rows: readonly SubjectSum[];
  nextCursor: string | null;
}

export interface Trend {
  promptId: string;
  name: string | null;
  activity: number;
  /** In the same time before. */
  before: number;
}

export interface Trending {
  days: number;
  environment: string | null;
  stretch: Stretch;
  rows: readonly Trend[];
  nextCursor: string | null;
}

export interface Variants {
  environment: string;
  prompt: NamedPrompt;
  stretch: Stretch;
  rows: readonly SubjectSum[];
}

/** By how much something grew: 0.5 is half as much again. Null: there was nothing before. */
export const changeOf = ({ activity, before }: Pick<Trend, 'activity' | 'before'>): number | null =>
  before === 0 ? null : activity / before - 1;
