import type { Bundle } from '../../deployments/public.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Held, Page, Pages } from '../memory.ts';
import { pageFor, presentPages } from '../present.ts';
import { type Ask, type EdgeContext, load, type Loaded } from './load.ts';

export interface FetchAsk extends Omit<Ask, 'names'> {
  name: string;
  /** Canonical, or null for the version's own. */
  locale: string | null;
  /** For whom; null: for nobody, which is served the item's own version. */
  subject: string | null;
}

export type Active = Loaded & { held: Held; bundle: Bundle };

/** @throws AppError not_deployed, and what load throws */
export async function loadActive(context: EdgeContext, ask: Omit<FetchAsk, 'locale' | 'subject'>): Promise<Active> {
  const { name, ...rest } = ask;
  const loaded = await load(context, { ...rest, names: [name] });
  const held = loaded.bundles.get(name);
  if (held === undefined) throw new Error('one bundle was asked for, and neither found nor refused');
  if (held.bundle === null) {
    throw new AppError('not_deployed', `No version of ${name} is active in ${ask.environment}. Deploy one first.`);
  }
  return { ...loaded, held, bundle: held.bundle };
}

/** The active version of a prompt, in bytes. @throws AppError not_deployed, and what load throws */
export async function fetchPrompt(context: EdgeContext, ask: FetchAsk): Promise<Active & { pages: Pages; page: Page }> {
  const { locale, subject, ...rest } = ask;
  const active = await loadActive(context, rest);
  const pages = presentPages(active.held, active.bundle, ask.environment, locale);
  return { ...active, pages, page: pageFor(pages, subject) };
}
