import type { RunnableModel } from '../../models/public.ts';

/** Which circuit a model's questions run through: one for each provider, and for each endpoint of one's own. */
export const circuitOf = ({ provider, baseUrl }: Pick<RunnableModel, 'provider' | 'baseUrl'>): string =>
  baseUrl === null ? provider : `${provider} ${baseUrl}`;
