import { contentHash } from '../../kernel/canonical-json.ts';
import type { Parameters, Prices, ProviderName } from './model.ts';
import type { Listed } from './prices.ts';

/** Everything that a revision says of a model. */
export interface ModelSettings {
  provider: ProviderName;
  /** As the provider calls it. */
  model: string;
  baseUrl: string | null;
  parameters: Parameters;
  /** In tokens. */
  contextWindow: number | null;
  prices: Prices | null;
  /** Who said the prices; null: nobody. */
  priceSource: 'tenant' | 'list' | null;
  /** Names of models. */
  fallbacks: string[];
}

/** What is said of a model: what is left out is kept or found in the list, null is none or unknown. */
export interface ModelChanges {
  provider?: ProviderName | undefined;
  model?: string | undefined;
  baseUrl?: string | null | undefined;
  parameters?: Parameters | null | undefined;
  contextWindow?: number | null | undefined;
  prices?: Prices | null | undefined;
  fallbacks?: string[] | null | undefined;
}

/** A new model's settings. @param listed what the list says of it */
export function firstSettings(
  input: ModelChanges & { provider: ProviderName; model: string },
  listed: Listed,
): ModelSettings {
  const { provider, model, baseUrl = null, parameters, contextWindow, prices, fallbacks } = input;
  return {
    provider,
    model,
    baseUrl,
    parameters: parameters ?? {},
    contextWindow: contextWindow === undefined ? listed.contextWindow : contextWindow,
    ...pricing(prices, listed),
    fallbacks: fallbacks ?? [],
  };
}

/** Whether changes ask another model or ask it elsewhere, so that the list has to be looked at again. */
export const asksAnother = (before: ModelSettings, { provider, model, baseUrl }: ModelChanges): boolean =>
  (provider !== undefined && provider !== before.provider) ||
  (model !== undefined && model !== before.model) ||
  (baseUrl !== undefined && baseUrl !== before.baseUrl);

/** Whether changes decide anew to whom a provider's key is sent. */
export function sendsKeyElsewhere(before: ModelSettings | null, { provider, baseUrl }: ModelChanges): boolean {
  if (before === null) return baseUrl !== undefined && baseUrl !== null;
  if (baseUrl !== undefined && baseUrl !== before.baseUrl) return true;
  return before.baseUrl !== null && provider !== undefined && provider !== before.provider;
}

/**
 * A model's next settings. A price and a window that came from the list follow the model; the tenant's own stay.
 * @param listed what the list says of the model before and after; the same where `asksAnother` says no
 */
export function nextSettings(
  before: ModelSettings,
  changes: ModelChanges,
  listed: { before: Listed; after: Listed } | null,
): ModelSettings {
  const { provider, model, baseUrl, parameters, contextWindow, prices, fallbacks } = changes;
  const wasListed = before.priceSource === 'list' || (before.priceSource === null && listed?.before.prices === null);
  const hadListedWindow = listed !== null && before.contextWindow === listed.before.contextWindow;
  const keptWindow = hadListedWindow ? listed.after.contextWindow : before.contextWindow;
  const keptPricing =
    listed !== null && wasListed
      ? pricing(undefined, listed.after)
      : { prices: before.prices, priceSource: before.priceSource };
  return {
    provider: provider ?? before.provider,
    model: model ?? before.model,
    baseUrl: baseUrl === undefined ? before.baseUrl : baseUrl,
    parameters: parameters === undefined ? before.parameters : (parameters ?? {}),
    contextWindow: contextWindow === undefined ? keptWindow : contextWindow,
    ...(prices === undefined ? keptPricing : pricing(prices, null)),
    fallbacks: fallbacks === undefined ? before.fallbacks : (fallbacks ?? []),
  };
}

function pricing(
  prices: Prices | null | undefined,
  listed: Listed | null,
): Pick<ModelSettings, 'prices' | 'priceSource'> {
  if (prices !== undefined) return { prices, priceSource: prices === null ? null : 'tenant' };
  const found = listed?.prices ?? null;
  return { prices: found, priceSource: found === null ? null : 'list' };
}

/** The hash of all that matters when the model is asked. */
export function hashOfSettings(settings: ModelSettings): string {
  const { priceSource: _, ...rest } = settings;
  return contentHash(rest);
}

/** Which settings two revisions differ in. */
export const changedSettings = (before: ModelSettings, after: ModelSettings): (keyof ModelSettings)[] =>
  (Object.keys(after) as (keyof ModelSettings)[]).filter((key) => contentHash(before[key]) !== contentHash(after[key]));

interface PriceColumns {
  inputMicrosPerMillion: number | null;
  outputMicrosPerMillion: number | null;
}

/** Prices as a row has them: both, or unknown. */
export const pricesOf = (row: PriceColumns): Prices | null =>
  row.inputMicrosPerMillion === null || row.outputMicrosPerMillion === null
    ? null
    : { inputMicrosPerMillion: row.inputMicrosPerMillion, outputMicrosPerMillion: row.outputMicrosPerMillion };

/** The settings in a row, to compare and to go on from. */
export function settingsOf(row: Omit<ModelSettings, 'prices'> & PriceColumns): ModelSettings {
  const { provider, model, baseUrl, parameters, contextWindow, priceSource, fallbacks } = row;
  return { provider, model, baseUrl, parameters, contextWindow, prices: pricesOf(row), priceSource, fallbacks };
}
