export { sweepExecutions } from './commands/sweep.ts';
export { executionPorts } from './objects.ts';
export { holderOf, notATicket, readTicket } from './queries/links.ts';
export { executeRoutes } from './routes/execute.ts';
export { executionRoutes } from './routes/executions.ts';
export { settingsRoutes } from './routes/settings.ts';
