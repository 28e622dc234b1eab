import type { RiskFinding } from './deployment.ts';
import type { LoadedRevision } from './revision.ts';

/** What is risky about one revision of a model taking another one's place, in any environment. */
export function comparedRevisions(
  { settings: before }: LoadedRevision,
  { settings: after }: LoadedRevision,
): RiskFinding[] {
  const found: RiskFinding[] = [];
  if (before.provider !== after.provider || before.baseUrl !== after.baseUrl) found.push(ENDPOINT_CHANGED);
  const raised = PRICES.filter(([key]) => isRaised(before.prices?.[key], after.prices?.[key])).map(([, what]) => what);
  if (raised.length > 0) {
    found.push({
      code: 'price_raised',
      level: 'medium',
      message: `The price of ${raised.join(' and ')} rises by more than ${RAISE_PERCENT} %.`,
    });
  }
  if (before.contextWindow !== null && after.contextWindow !== null && after.contextWindow < before.contextWindow) {
    found.push({
      code: 'context_shrunk',
      level: 'medium',
      message: `The context window shrinks from ${before.contextWindow} to ${after.contextWindow} tokens.`,
    });
  }
  // In their order: the first is asked first.
  if (before.fallbacks.join('\n') !== after.fallbacks.join('\n')) found.push(FALLBACKS_CHANGED);
  return found;
}

const ENDPOINT_CHANGED: RiskFinding = {
  code: 'model_endpoint_changed',
  level: 'high',
  message: 'Prompts and the key go to another provider or base URL.',
};

const FALLBACKS_CHANGED: RiskFinding = {
  code: 'fallbacks_changed',
  level: 'medium',
  message: 'Other models are asked when it fails, or in another order.',
};

/** A price that rises by more is worth a reason. */
const RAISE_PERCENT = 30;

const PRICES = [
  ['inputMicrosPerMillion', 'input'],
  ['outputMicrosPerMillion', 'output'],
] as const;

/** In whole numbers, for 1.3 is none. A price that is not known cannot rise. */
const isRaised = (before: number | undefined, after: number | undefined): boolean =>
  before !== undefined && after !== undefined && after * 100 > before * (100 + RAISE_PERCENT);
