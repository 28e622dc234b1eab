// Writes openapi.json from the route schemas: bundles src/app.ts for Node and asks it for its document.
// Usage: node scripts/openapi.mjs            writes
//        node scripts/openapi.mjs --check    compares, and fails on a difference
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import { build } from 'esbuild';

import { root } from './run.mjs';

/** What src may name from `cloudflare:*` while it is only loaded, not run. */
const STUBS = {
  'cloudflare:workers': `
    class Base {}
    export { Base as DurableObject, Base as WorkerEntrypoint, Base as WorkflowEntrypoint, Base as RpcTarget, Base as RpcStub };
    export const env = {}, exports = {}, cache = {}, tracing = {}, waitUntil = () => {}, withEnv = (_, run) => run();`,
  'cloudflare:workflows': `export class NonRetryableError extends Error {}`,
  'cloudflare:sockets': `export const connect = () => { throw new Error('not here'); };`,
};

const cloudflare = {
  name: 'cloudflare',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^cloudflare:/ }, ({ path: name }) => ({ path: name, namespace: 'cloudflare' }));
    onLoad({ filter: /.*/, namespace: 'cloudflare' }, ({ path: name }) => ({
      contents: STUBS[name] ?? '',
      loader: 'js',
    }));
  },
};

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.keys(value)
      .toSorted()
      .map((key) => [key, sorted(value[key])]),
  );
}

async function openApiJson() {
  const directory = mkdtempSync(path.join(tmpdir(), 'footlight-openapi-'));
  try {
    const outfile = path.join(directory, 'app.mjs');
    await build({
      entryPoints: [path.join(root, 'src/app.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'esnext',
      conditions: ['workerd', 'worker'],
      plugins: [cloudflare],
      banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
      logLevel: 'error',
    });
    const { openApiDocument } = await import(pathToFileURL(outfile).href);
    // Through JSON first: what is undefined there is not in the document.
    return `${JSON.stringify(sorted(JSON.parse(JSON.stringify(openApiDocument()))), null, 2)}\n`;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The first lines in which two texts differ, for the message. */
function firstDifference(before, after) {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const line = now.findIndex((text, index) => text !== old[index]);
  const at = line < 0 ? now.length : line;
  return `openapi.json:${at + 1}\n  - ${old[at]?.trim() ?? '(nothing)'}\n  + ${now[at]?.trim() ?? '(nothing)'}`;
}

const file = path.join(root, 'openapi.json');
const document = await openApiJson();
if (process.argv.includes('--check')) {
  let current = '';
  try {
    current = readFileSync(file, 'utf8');
  } catch {
    console.error('openapi.json does not exist');
  }
  if (current !== document) {
    console.error(
      `openapi.json is not what the routes say; run \`npm run openapi\`.\n${firstDifference(current, document)}`,
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, document);
  console.log(`openapi.json: ${Object.keys(JSON.parse(document).paths ?? {}).length} paths`);
}
