export { renderServed } from './domain/render.ts';
export type { Pins } from './queries/load-included.ts';
export { pinIncludes, prepareVersion } from './queries/render.ts';
