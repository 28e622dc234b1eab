export { renderServed } from './domain/render.ts';
export { prepareVersion } from './queries/render.ts';
