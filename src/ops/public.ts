export { sweep } from './commands/sweep.ts';
export { docsPage } from './docs.ts';
export { opsRoutes } from './routes.ts';
