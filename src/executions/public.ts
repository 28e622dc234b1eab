export { cancelExecution } from './commands/cancel.ts';
export { runOnce } from './commands/run-once.ts';
export type { MessagesQuestion, PromptQuestion, RunEnd } from './commands/run-once.ts';
export { sweepExecutions } from './commands/sweep.ts';
export { listOutputs } from './queries/outputs.ts';
export { modelNamedBy } from './queries/prepare.ts';
export { readSettings } from './queries/settings.ts';
export { holderOf, notATicket, readTicket } from './queries/links.ts';
