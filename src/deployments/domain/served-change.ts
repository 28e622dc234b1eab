import { changedShare, newShareBudget } from '../../content/public.ts';
import type { ShareBudget } from '../../content/public.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import type { BundleBody, BundleContent } from './bundle.ts';
import { isRequired } from './variables.ts';
import { isSystem, larger, largeChanges } from './text-change.ts';
import type { TextChange, Texts } from './text-change.ts';
import { type Units, withDefaults } from './with-defaults.ts';

/** Of a bundle, what callers read who leave out what has a default. */
export type ServedText = Pick<BundleBody, 'locale' | 'locales' | 'variables'>;

/** The largest of the large changes; null: none is large. */
export interface LargestChanges {
  /** Of the system messages. */
  system: TextChange | null;
  /** Of all else. */
  other: TextChange | null;
}

/** What one deployment's texts may take to be compared, all together. */
export interface CompareBudget {
  units: Units;
  shares: ShareBudget;
}

/**
 * Some seconds of words to be counted, what is put together for it included: some twenty megabytes that are served anew, and
 * as much that is served now. What comes beyond is not compared, and counts as changed.
 */
const UNITS_MAX = 64 * 1024 * 1024;
/** Of one version that takes another one's place: all its views stand in memory together, and a short text can name a long default often. */
const VIEWS_MAX = 8 * 1024 * 1024;
/** Of two texts whose words are counted: as long as two bundles may be, and no longer for their defaults. */
const TEXTS_MAX = 3 * 1024 * 1024;

export const newCompareBudget = (): CompareBudget => ({ units: { left: UNITS_MAX }, shares: newShareBudget() });

/** A bundle's texts with the defaults put in: with every section, and with those only that no default switches off. */
type Views = [every: Texts, on: Texts];

/**
 * How much what is served changes where one version takes another one's place, or one and the same includes something
 * else: includes resolved and defaults put in, in every locale.
 */
export function servedChange(from: ServedText, to: ServedText, budget: CompareBudget): LargestChanges {
  const { units, shares } = budget;
  const names = new Set(
    [...from.variables, ...to.variables].flatMap((each) => (each.default === undefined ? [] : each.name)),
  );
  const room = Math.min(units.left, VIEWS_MAX);
  const views: Units = { left: room };
  const [before, after] = [viewsOf(from, names, views), viewsOf(to, names, views)];
  units.left -= room - views.left;
  const found: LargestChanges = { system: null, other: null };
  const shareOf = (old: string, current: string): number | null => {
    const length = old === current ? 0 : old.length + current.length;
    if (units.left >= 0) units.left -= length;
    return views.left < 0 || units.left < 0 || length > TEXTS_MAX ? null : changedShare(old, current, shares);
  };
  for (const index of before[0] === before[1] && after[0] === after[1] ? ([0] as const) : ([0, 1] as const)) {
    for (const change of largeChanges(before[index], after[index], shareOf)) {
      if (isSystem(change.role)) found.system = larger(found.system, change);
      else found.other = larger(found.other, change);
    }
  }
  return found;
}

/** @param names those that have a default on either side: one that need not be given is nothing where it has none */
function viewsOf({ locale, locales, variables }: ServedText, names: ReadonlySet<string>, units: Units): Views {
  const contents = new Map(Object.entries(locales));
  const plain = { locale, contents };
  if (names.size === 0) return [plain, plain];
  const defaults = new Map(
    variables.flatMap((variable): [string, JsonValue][] =>
      names.has(variable.name) && !isRequired(variable) ? [[variable.name, variable.default ?? null]] : [],
    ),
  );
  const put = (sections: 'all' | 'on'): Texts => {
    const into = (content: BundleContent) =>
      mapTexts(content, (text) => withDefaults(text, defaults, { sections, units }));
    return { locale, contents: new Map([...contents].map(([of, content]) => [of, into(content)])) };
  };
  return [put('all'), put('on')];
}

const mapTexts = (content: BundleContent, change: (text: string) => string): BundleContent =>
  'text' in content
    ? { text: change(content.text) }
    : { messages: content.messages.map(({ role, content: text }) => ({ role, content: change(text) })) };
