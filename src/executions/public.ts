export { sweepExecutions } from './commands/sweep.ts';
export { holderOf, notATicket, readTicket } from './queries/links.ts';
