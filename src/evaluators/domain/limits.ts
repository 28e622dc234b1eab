/** What an evaluator may be, and how much work one answer may be to it. */
export const LIMITS = {
  /** Live ones, of a tenant. */
  evaluators: 200,
  /** Of a regular expression. */
  pattern: 1000,
  /** Steps of its program, repetitions written out. */
  program: 1000,
  values: 100,
  value: 1000,
  /** Of a JSON schema, as JSON in UTF-8. */
  schemaBytes: 65_536,
  rubric: 10_000,
  judgeParametersBytes: 16_384,
  /** Each end of a scale. */
  scale: 100,
  maxMs: 3_600_000,
  maxMicros: 1_000_000_000,
} as const;

/**
 * Elementary steps that scoring one answer by one rule may take, some tenths of a second: beyond them there is no score.
 * The pieces of work are counted before they are begun (comparisons, regular expressions) or as they are done (schemas).
 */
export const WORK_MAX = 20_000_000;
