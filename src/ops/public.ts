export { sweep } from './commands/sweep.ts';
export { docsPage } from './docs.ts';
