export { sweepDeadLetters } from './commands/sweep.ts';
