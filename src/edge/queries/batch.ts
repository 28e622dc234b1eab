import { chooseFor } from '../../deployments/public.ts';
import { chooseLocale, type Fetched, presentBundle } from '../present.ts';
import type { FetchAsk } from './fetch.ts';
import { type Ask, type EdgeContext, load, type Loaded } from './load.ts';

export interface NotFetched {
  name: string;
  error: { code: 'not_deployed' | 'unavailable'; detail: string };
}

export interface Batch extends Loaded {
  data: (Fetched | NotFetched)[];
}

type BatchAsk = Ask & Pick<FetchAsk, 'locale' | 'subject'>;

/**
 * Several prompts at once, in the order of their names, a name as often as it was given.
 * @throws AppError what load throws
 */
export async function fetchBatch(context: EdgeContext, ask: BatchAsk): Promise<Batch> {
  const loaded = await load(context, { ...ask, names: [...new Set(ask.names)] });
  return { ...loaded, data: ask.names.map((name) => presentOne(loaded, ask, name)) };
}

function presentOne({ bundles }: Loaded, ask: BatchAsk, name: string): Fetched | NotFetched {
  const held = bundles.get(name);
  if (held === undefined) {
    return {
      name,
      error: { code: 'unavailable', detail: 'Not in the cache, and the database does not answer. Try again.' },
    };
  }
  if (held.bundle === null) {
    return { name, error: { code: 'not_deployed', detail: `No version of ${name} is active in ${ask.environment}.` } };
  }
  const { served, variant } = chooseFor(held.bundle, ask.subject);
  return presentBundle(served, ask.environment, chooseLocale(served, ask.locale), variant);
}
