export { authenticateAccessToken } from './queries/authenticate.ts';
export { authRoutes } from './routes.ts';
