import type { Prices, ProviderName } from './model.ts';

/** What the list that comes with Footlight knows of a model. */
export interface Listed {
  /** Null: unknown, or tokens are not all that is paid for. */
  prices: Prices | null;
  /** In tokens; null: unknown. */
  contextWindow: number | null;
}

const NOTHING: Listed = { prices: null, contextWindow: null };

/**
 * What the list says of a model. The price is that of a day, at its dearest hour, of short prompts: a provider that asks
 * more beyond a length is not followed there.
 * @param model as the provider calls it
 * @param baseUrl where it is asked; null: at the provider's own
 * @param at milliseconds since the epoch: prices change from day to day
 */
export async function listedPrices(
  provider: ProviderName,
  model: string,
  baseUrl: string | null,
  at: number,
): Promise<Listed> {
  if (provider === 'mock') return NOTHING;
  const list = await loadList();
  const maker =
    baseUrl === null ? list.find(({ id }) => id === provider) : list.find(({ pattern }) => pattern.test(baseUrl));
  const row = maker === undefined ? undefined : rowOf(list, maker, model.toLowerCase().trim());
  return row === undefined
    ? NOTHING
    : { prices: priceAt(row.prices, at), contextWindow: row.window === '-' ? null : Number(row.window) };
}

interface Row {
  prices: string;
  window: string;
  terms: string[];
}

interface Maker {
  id: string;
  /** Whose models it serves too. */
  others: string[];
  /** Of its base URLs. */
  pattern: RegExp;
  rows: Row[];
}

let loaded: Maker[] | undefined;

/** The list, read where it is first used: it costs the start of an isolate nothing. Its form: scripts/prices.mjs. */
async function loadList(): Promise<Maker[]> {
  if (loaded !== undefined) return loaded;
  const { PRICE_LIST } = await import('./price-list.ts');
  const makers: Maker[] = [];
  for (const line of PRICE_LIST.trim().split('\n')) {
    const [first = '', second = '', ...terms] = line.split(' ');
    if (first === '@') {
      const [id = '', ...others] = second.split(',');
      makers.push({ id, others, pattern: new RegExp(`^(?:${terms.join(' ')})`), rows: [] });
    } else makers.at(-1)?.rows.push({ prices: first, window: second, terms });
  }
  return (loaded = makers);
}

/** The first row that takes a model in, by its name or by its name with its day written in the other way. */
function rowOf(list: readonly Maker[], maker: Maker, model: string): Row | undefined {
  const dashed = model.replace(/-(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g, '-$1-$2-$3');
  return search(list, maker, model) ?? (dashed === model ? undefined : search(list, maker, dashed));
}

function search(list: readonly Maker[], maker: Maker, model: string): Row | undefined {
  const found = maker.rows.find(({ terms }) =>
    terms.some((term) => term.split('&').every((part) => fits(part, model))),
  );
  if (found !== undefined) return found;
  for (const id of maker.others) {
    const other = list.find((candidate) => candidate.id === id);
    const theirs = other === undefined ? undefined : search(list, { ...other, others: [] }, model);
    if (theirs !== undefined) return theirs;
  }
  return undefined;
}

function fits(part: string, model: string): boolean {
  const rest = part.slice(1);
  switch (part.charAt(0)) {
    case '^':
      return model.startsWith(rest);
    case '$':
      return model.endsWith(rest);
    case '%':
      return model.includes(rest);
    case '/':
      return new RegExp(rest).test(model);
    default:
      return model === part;
  }
}

/** The last price that began by then: `5/25,2026-03-13=4/20`, in USD. */
function priceAt(text: string, at: number): Prices | null {
  const [first = '', ...dated] = text.split(',');
  const current = dated.map((entry) => entry.split('=')).findLast(([day = '']) => Date.parse(`${day}T00:00:00Z`) <= at);
  const [input, output] = (current?.[1] ?? first).split('/');
  if (input === undefined || output === undefined) return null;
  return { inputMicrosPerMillion: micros(input), outputMicrosPerMillion: micros(output) };
}

const micros = (usd: string): number => Math.round(Number(usd) * 1_000_000);
