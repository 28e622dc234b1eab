export { sweepEvaluations } from './commands/sweep.ts';
