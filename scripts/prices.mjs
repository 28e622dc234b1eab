// Writes src/models/domain/price-list.ts from @pydantic/genai-prices: prices, context windows and the rules that find them, in a twentieth of
// its size.
// Usage: node scripts/prices.mjs            writes
//        node scripts/prices.mjs --check    compares, and fails on a difference
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { waitForUpdate } from '@pydantic/genai-prices';

import { root } from './run.mjs';

/** What the list may add to the bundle. */
const LIMIT_KIB = 20;

const HEAD = `// Made by \`npm run prices\` from @pydantic/genai-prices (MIT): not to be edited by hand. Read by ./prices.ts, which says what it means.
export const PRICE_LIST = String.raw\`
`;

/** A rule as terms divided by spaces, any of which is enough; a term as parts divided by &, all of which are needed. */
function terms(match) {
  if ('or' in match) return match.or.flatMap(terms);
  if ('and' in match) return [match.and.map(part).join('&')];
  return [part(match)];
}

function part(match) {
  const [[kind, text]] = Object.entries(match);
  const mark = { equals: '', starts_with: '^', ends_with: '$', contains: '%', regex: '/' }[kind];
  // The package compares in lower case, but for regular expressions.
  const written = `${mark}${kind === 'regex' ? text : text?.toLowerCase()}`;
  if (mark === undefined || /[\s&`]|\$\{/.test(written) || (kind === 'equals' && /^[\^$%/]/.test(text))) {
    throw new Error(`The list has no way to write the rule ${JSON.stringify(match)}: give it one.`);
  }
  return written;
}

/** Input and output in USD for a million tokens; null when tokens are not all that is paid for, or their price is not known. */
function price({ input_mtok: input, output_mtok: output, requests_kcount: requests }) {
  if (input === undefined || output === undefined || requests !== undefined) return null;
  return [input, output].map((value) => (typeof value === 'object' ? value.base : value));
}

/** `input/output`, each of them the dearest; empty when one is not known. */
function dearest(all) {
  const known = all.map(price);
  return known.includes(null) ? '' : [0, 1].map((side) => Math.max(...known.map((each) => each[side]))).join('/');
}

/** The price, then those that came later with their day. Where it goes by the hour, the dearest: budgets are held back by it. */
function prices(listed) {
  if (!Array.isArray(listed)) return dearest([listed]);
  const [first, ...rest] = listed;
  if (first.constraint !== undefined) throw new Error(`A price that nothing came before: ${JSON.stringify(listed)}`);
  const of = (type) => rest.filter(({ constraint }) => constraint?.type === type);
  const hourly = of('time_of_date').map(({ prices: atTimes }) => atTimes);
  return [
    dearest([first.prices, ...hourly]),
    ...of('start_date').map(
      ({ constraint, prices: later }) => `${constraint.start_date}=${dearest([later, ...hourly])}`,
    ),
  ].join(',');
}

const model = ({ match, prices: listed, context_window: window }) =>
  [prices(listed) || '-', window ?? '-', ...terms(match)].join(' ');

const provider = ({ id, api_pattern: pattern, fallback_model_providers: others = [], models }) =>
  [`@ ${[id, ...others].join(',')} ${pattern}`, ...models.map(model)].join('\n');

/** The file as it should be. */
export async function priceList() {
  const providers = await waitForUpdate();
  return `${HEAD}${providers.map(provider).join('\n')}\n\`;\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = path.join(root, 'src/models/domain/price-list.ts');
  const list = await priceList();
  const kib = gzipSync(list).length / 1024;
  const size = `${kib.toFixed(1)} KiB gzipped, limit ${LIMIT_KIB}`;
  if (kib > LIMIT_KIB) {
    console.error(`The price list is too large: ${size}.`);
    process.exitCode = 1;
  } else if (!process.argv.includes('--check')) writeFileSync(file, list);
  else if (readFileSync(file, 'utf8') !== list) {
    console.error('src/models/domain/price-list.ts is not what @pydantic/genai-prices says; run `npm run prices`.');
    process.exitCode = 1;
  }
  if (!process.exitCode) console.log(size);
}
