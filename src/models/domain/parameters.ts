import type { Parameters } from './model.ts';

/** What decides who is asked, what is asked, and how the answer comes: never a parameter's to say. */
export const RESERVED_PARAMETERS: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'input',
  'prompt',
  'system',
  'stream',
  'stream_options',
  'streamOptions',
  'apiKey',
  'api_key',
  'baseUrl',
  'base_url',
  'headers',
  'n',
]);

/** Parameters over parameters, key by key: the model's, then the version's, then the request's. */
export const mergeParameters = (...layers: readonly Parameters[]): Parameters =>
  Object.assign({}, ...layers) as Parameters;
