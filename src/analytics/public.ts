export { sweepAnalytics } from './commands/sweep.ts';
