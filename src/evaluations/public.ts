export { sweepEvaluations } from './commands/sweep.ts';
export { evaluationPorts } from './objects.ts';
