export { answerAtOnce } from './at-once.ts';
export { edgeRoutes } from './routes.ts';
