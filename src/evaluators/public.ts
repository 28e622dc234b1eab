export { assertMayChangeMeasure, assertMeasureUnused } from './commands/assert-changeable.ts';
export { needsExpected } from './domain/evaluator.ts';
export type { Evaluator, JudgeRule } from './domain/evaluator.ts';
export { judgeMessages, parseVerdict } from './domain/judge.ts';
export { score } from './domain/score.ts';
export { findEvaluator } from './queries/find.ts';
export { loadEvaluators, loadEvaluatorsAt } from './queries/load.ts';
export {
  findOptionalRequirement,
  listRequirements,
  requireEvaluation,
  requireNoEvaluation,
  selectRequirement,
} from './repo/requirements.ts';
export type { RequiredEvaluation } from './repo/requirements.ts';
export { saveVersionScores, selectVersionScores } from './repo/scores.ts';
export type { VersionScore } from './repo/scores.ts';
