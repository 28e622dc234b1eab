import type { JsonValue } from '../../kernel/canonical-json.ts';

export const EVALUATOR_TYPES = [
  'exact',
  'contains',
  'regex',
  'json_schema',
  'levenshtein',
  'rouge_l',
  'bleu',
  'latency',
  'cost',
  'llm_judge',
] as const;
export type EvaluatorType = (typeof EVALUATOR_TYPES)[number];

/** The least and the most that a judge may give; the most is the best. */
export interface Scale {
  min: number;
  max: number;
}

/** What each type is set up with, whole: what a caller left out is filled in when the revision is made. */
export interface Configs {
  exact: { trim: boolean; ignoreCase: boolean; ignorePunctuation: boolean; collapseWhitespace: boolean };
  /** Values null: the item's `expected` is what to look for. */
  contains: { values: string[] | null; mode: 'all' | 'any' | 'none'; ignoreCase: boolean; threshold: number };
  regex: { pattern: string; flags: string; negate: boolean };
  /** Strict: no Markdown fence around the JSON either. */
  json_schema: { schema: JsonValue; strict: boolean };
  levenshtein: { trim: boolean; ignoreCase: boolean; threshold: number };
  rouge_l: { measure: 'f1' | 'precision' | 'recall'; threshold: number };
  bleu: { ignoreCase: boolean; threshold: number };
  latency: { maxMs: number };
  cost: { maxMicros: number };
  llm_judge: {
    /** A registered model's name. */
    model: string;
    rubric: string;
    scale: Scale;
    /** What the model is asked with, laid over its own. */
    parameters: { [key: string]: JsonValue };
    threshold: number;
  };
}

/** A type with what it is set up with. */
export type Rule = { [T in EvaluatorType]: { type: T; config: Configs[T] } }[EvaluatorType];

/** A rule that needs nothing but the answer itself: everything but a judge. */
export type ComputedRule = Exclude<Rule, { type: 'llm_judge' }>;
export type JudgeRule = Extract<Rule, { type: 'llm_judge' }>;

/** An evaluator at one of its revisions. */
export type Evaluator = Rule & { id: string; name: string; revision: number };

/** Whether a rule says nothing of an item without an `expected`. */
export function needsExpected(rule: Rule): boolean {
  if (rule.type === 'contains') return rule.config.values === null;
  return ['exact', 'levenshtein', 'rouge_l', 'bleu'].includes(rule.type);
}

/** What came of one item. */
export interface Observed {
  output: string;
  expected: string | null;
  /** Null: not known. */
  latencyMs: number | null;
  costMicros: number | null;
}

/** How good an answer is. */
export interface Score {
  /** 0 to 1; null where the rule cannot say, which is not 0: it counts in no mean. */
  score: number | null;
  passed: boolean | null;
  /** Why, for people. */
  detail: string;
}

/** What cannot be scored, and why. */
export const unscored = (detail: string): Score => ({ score: null, passed: null, detail });
