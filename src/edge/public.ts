export { answerAtOnce } from './at-once.ts';
export { answerExpress } from './express.ts';
