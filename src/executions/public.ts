export { sweepExecutions } from './commands/sweep.ts';
export { storedText } from './domain/storing.ts';
export { findExecution } from './queries/find.ts';
export { holderOf, notATicket, readTicket } from './queries/links.ts';
export { findStoring } from './queries/settings.ts';
