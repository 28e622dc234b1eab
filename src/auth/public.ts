export { readAccessToken } from './access-token.ts';
export { sweepIdentity } from './commands/sweep.ts';
export { authenticateAccessToken } from './queries/authenticate.ts';
