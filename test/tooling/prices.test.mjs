// The price list that comes with Footlight says what the package says that it was made from.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { calcPrice, findProvider, waitForUpdate } from '@pydantic/genai-prices';

import { listedPrices } from '../../src/models/domain/prices.ts';

const providers = await waitForUpdate();
const TODAY = '2026-11-20';
const DAYS = ['2025-06-01', '2026-04-01', '2026-08-18', TODAY, '2027-02-01'];
const at = (day, hour = 20) => new Date(Date.parse(`${day}T00:00:00Z`) + hour * 3_600_000);
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
/** Below every tier. */
const usage = { input_tokens: 1000, output_tokens: 1000 };

/** Base URLs that the package knows, by provider. Those of Hugging Face's router follow their pattern. */
const URLS = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
  openrouter: 'https://openrouter.ai/api/v1',
  groq: 'https://api.groq.com/openai/v1',
  together: 'https://api.together.xyz/v1',
  fireworks: 'https://api.fireworks.ai/inference/v1',
  mistral: 'https://api.mistral.ai/v1',
  deepseek: 'https://api.deepseek.com',
  'x-ai': 'https://api.x.ai/v1',
  perplexity: 'https://api.perplexity.ai',
  cerebras: 'https://api.cerebras.ai/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta/openai',
  azure: 'https://ours.openai.azure.com/openai/v1',
  cloudflare: 'https://api.cloudflare.com/client/v4/accounts/0/ai/v1',
  huggingface_together: 'https://router.huggingface.co/together/v1',
  huggingface_novita: 'https://router.huggingface.co/novita/v3/openai',
};

/** What any rule names, and near misses of it. */
function namesOf(match) {
  if ('or' in match) return match.or.flatMap(namesOf);
  if ('and' in match) return match.and.flatMap(namesOf);
  const [[kind, text]] = Object.entries(match);
  const name =
    kind === 'regex' ? text.replace(/[\^$\\]|\(\?!.*\)$/g, '').replaceAll(/d\{(\d)\}/g, (_, n) => '1'.repeat(n)) : text;
  return [name, name.toUpperCase(), `${name}-20250101`, `${name}-20259999`, `x${name}`, `x/${name}:free`, ` ${name} `];
}

/** One name in twenty of all providers. */
const others = providers
  .flatMap(({ models }) => models.flatMap(({ match }) => namesOf(match)))
  .filter((_, index) => index % 20 === 0);

/** What the package makes of it, as the list should say it: at the dearest hour. */
function expected(model, options, day) {
  const asked = (hour) => calcPrice(usage, model, { ...options, timestamp: at(day, hour) });
  const first = asked(0);
  const hours = Array.isArray(first?.model.prices) ? HOURS.map(asked) : [first];
  const found = hours.reduce((dear, next) => (next?.input_price > dear?.input_price ? next : dear));
  if (found === null) return { prices: null, contextWindow: null };
  const { input_mtok: input, output_mtok: output, requests_kcount: requests } = found.model_price;
  const known = input !== undefined && output !== undefined && requests === undefined;
  const micros = (price) => Math.round(price * 1e9); // of a thousand tokens, in USD
  return {
    prices: known
      ? { inputMicrosPerMillion: micros(found.input_price), outputMicrosPerMillion: micros(found.output_price) }
      : null,
    contextWindow: found.model.context_window ?? null,
  };
}

async function agree(provider, model, url, day) {
  const options = url === null ? { providerId: provider } : { providerApiUrl: url };
  const listed = await listedPrices(provider, model, url, Number(at(day)));
  assert.deepEqual(listed, expected(model, options, day), `${model} at ${url} on ${day}`);
}

test('every URL above is one that the package knows', () => {
  for (const [id, url] of Object.entries(URLS)) assert.equal(findProvider({ providerApiUrl: url })?.id, id);
});

test('the list agrees with the package on the names of each provider, and on those of others', async () => {
  for (const [id, url] of Object.entries(URLS)) {
    const { models } = providers.find((provider) => provider.id === id);
    for (const { id: model, match, prices } of models) {
      for (const name of [model, ...namesOf(match)]) await agree('openai-compatible', name, url, TODAY);
      if (Array.isArray(prices)) for (const day of DAYS) await agree('openai-compatible', model, url, day);
    }
    for (const name of others) await agree('openai-compatible', name, url, TODAY);
  }
});

test('a provider without a base URL is asked at its own', async () => {
  for (const provider of ['openai', 'anthropic']) for (const name of others) await agree(provider, name, null, TODAY);
});

test('where a price goes by the hour, it is the dearest', async () => {
  const priced = async (model) =>
    (await listedPrices('openai-compatible', model, URLS.deepseek, Number(at(TODAY)))).prices;
  assert.deepEqual(await priced('deepseek-chat'), {
    inputMicrosPerMillion: 270_000,
    outputMicrosPerMillion: 1_100_000,
  });
  assert.deepEqual(await priced('deepseek-v4-pro'), {
    inputMicrosPerMillion: 1_320_000,
    outputMicrosPerMillion: 3_960_000,
  });
});

test('what is not known is null, never 0', async () => {
  const now = Number(at(TODAY));
  const nothing = { prices: null, contextWindow: null };
  assert.deepEqual(await listedPrices('openai', 'nothing-of-the-kind', null, now), nothing);
  assert.deepEqual(await listedPrices('openai', 'gpt-4o', 'https://llm.example.com/v1', now), nothing);
  assert.deepEqual(await listedPrices('openai-compatible', 'gpt-4o', null, now), nothing);
  assert.deepEqual(await listedPrices('mock', 'gpt-4o', null, now), nothing);
  assert.deepEqual(await listedPrices('mock', 'openai/gpt-4o', URLS.openrouter, now), nothing);
  // It asks for each request too.
  assert.equal((await listedPrices('openai-compatible', 'sonar', URLS.perplexity, now)).prices, null);
  // The package has a row without a price.
  const free = 'agentica-org/deepcoder-14b-preview:free';
  assert.equal((await listedPrices('openai-compatible', free, URLS.openrouter, now)).prices, null);
  // Well known, and in the list by hand here: not only the same as the package.
  assert.deepEqual(await listedPrices('openai', 'gpt-4o', null, now), {
    prices: { inputMicrosPerMillion: 2_500_000, outputMicrosPerMillion: 10_000_000 },
    contextWindow: 128_000,
  });
});
