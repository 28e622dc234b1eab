import type { RunnableModel } from '../../../src/models/domain/model.ts';

/** A model to run something on. */
export const modelOf = (name: string, more: Partial<RunnableModel> = {}): RunnableModel => ({
  name,
  revision: 1,
  revisionId: `mdr_${name}`,
  provider: 'openai',
  model: 'gpt-4o-mini',
  baseUrl: null,
  parameters: {},
  contextWindow: null,
  prices: { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 },
  ...more,
});
