import type { Estimate } from './bootstrap.ts';

/** One tag on one model, as it is called. */
export interface PassName {
  readonly tag: string;
  readonly model: string;
  readonly modelRevision: number;
}

/** How a pass stands by one measure. */
export interface Standing {
  readonly own: Estimate;
  /** Its difference to the best one, over the items that both have; null: it is the best. */
  readonly toBest: Estimate | null;
}

/** With fewer pairs not even the clearest result is one: a two-sided sign test comes below 5 % from six on (2 · ½⁶ = 3.1 %). */
const PAIRS_MIN = 6;
/** Who lacks more of its scores than this share does not win, nor is won against: what is missing may be what is hard. */
const MISSING_MAX = 0.05;
/** Sums of fractions that ought to be zero are this far from it at most. */
const ZERO = 1e-9;

/** Why there is a winner, or none. */
export const REASONS = [
  'interval_excludes_zero',
  'interval_includes_zero',
  'scores_missing',
  'too_few_items',
  'only_one',
  'unfinished',
] as const;

/** Who won, and why: by how much, or what is in the way. */
export interface Verdict {
  /** Which of the passes; null: none. */
  readonly winner: number | null;
  readonly code: (typeof REASONS)[number];
  readonly message: string;
}

/**
 * Who is better than all others. Only where the 95 % interval of the paired difference between the best and the one behind
 * it leaves zero out, and both were scored on nearly everything.
 */
export function decide(of: {
  passes: readonly PassName[];
  standings: readonly Standing[];
  /** From the best to the worst; those without a score are left out. */
  order: readonly number[];
  items: number;
  complete: boolean;
}): Verdict {
  const { passes, standings, order, items } = of;
  if (!of.complete) return no('unfinished', 'Not every result is in.');
  if (passes.length < 2) return no('only_one', 'There is nothing to compare it with: name more tags or models.');
  const [best, second] = order;
  if (best === undefined || second === undefined) {
    return no('scores_missing', 'Fewer than two have scores at all.');
  }
  for (const index of [best, second]) {
    const n = standings[index]?.own.n ?? 0;
    if (n >= items * (1 - MISSING_MAX)) continue;
    return no('scores_missing', `${nameOf(passes[index])} has scores for ${n} of ${items} items only.`);
  }
  const gap = standings[second]?.toBest ?? null;
  if (gap === null || gap.mean === null || gap.interval === null || gap.n < PAIRS_MIN) {
    return no('too_few_items', `It takes ${PAIRS_MIN} items or more to tell one from the other.`);
  }
  const ahead = -gap.mean;
  const [low, high] = [-gap.interval[1], -gap.interval[0]];
  const names = [nameOf(passes[best]), nameOf(passes[second])];
  const said = `${names[0]} scored ${show(ahead)} more than ${names[1]}, with a 95 % interval from ${show(low)} to ${show(high)}`;
  if (low > ZERO) return { winner: best, code: 'interval_excludes_zero', message: `${said}.` };
  return no('interval_includes_zero', `${said}: that may be chance.`);
}

const no = (code: Verdict['code'], message: string): Verdict => ({ winner: null, code, message });

const nameOf = (pass: PassName | undefined): string => (pass === undefined ? 'It' : `${pass.tag} on ${pass.model}`);

const show = (value: number): string => String(Math.round(value * 10_000) / 10_000 + 0);
