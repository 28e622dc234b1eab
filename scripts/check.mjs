// `npm run check`: everything that can be said of the code without running its tests; offline, and leaving no file behind. Prints one line
// for each check, then what failed.
// Usage: node scripts/check.mjs [name of a check …]
import { mkdtempSync, readFileSync, rmSync, writeFileSync, cpSync, existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { capture, root } from './run.mjs';

/** The bundle, gzipped. The free plan takes 3 MiB; a small one starts fast. */
const BUNDLE_LIMIT_KIB = 500;
/** CPU time of the start-up phase in local workerd. Cloudflare refuses a Worker above 1 s; a cold edge fetch should not notice it. */
const STARTUP_LIMIT_MS = 100;
const STARTUP_RUNS = 3;

const scratch = mkdtempSync(path.join(tmpdir(), 'footlight-check-'));
const bundleFile = path.join(scratch, 'bundle', 'worker.bundle');

/** A check that is a command: fails as it fails. */
const run =
  (command, ...args) =>
  async () =>
    capture(command, args);
const failed = (output) => ({ code: 1, output });
const passed = (note) => ({ code: 0, output: '', note });

async function lint() {
  const [rules, source] = await Promise.all([capture('oxlint', []), capture('node', ['scripts/source-rules.mjs'])]);
  return { code: rules.code || source.code, output: (rules.code ? rules.output : '') + source.output };
}

async function importLaw() {
  const result = await capture('node', ['scripts/import-law.mjs']);
  return { ...result, note: result.stdout.trim().split('\n').at(-1) };
}

/** drizzle-kit has no dry run: it generates into a copy, which must then hold nothing new. */
async function migrations() {
  const safety = await capture('node', ['scripts/migrations-safety.mjs']);
  const copy = path.join(scratch, 'migrations');
  const config = path.join(scratch, 'drizzle.config.ts');
  if (existsSync(path.join(root, 'migrations'))) cpSync(path.join(root, 'migrations'), copy, { recursive: true });
  const before = existsSync(copy) ? readdirSync(copy).length : 0;
  const out = path.relative(root, copy);
  const base = path.join(root, 'drizzle.config.ts');
  writeFileSync(
    config,
    `import base from ${JSON.stringify(base)};\nexport default { ...base, out: ${JSON.stringify(out)} };\n`,
  );
  const generated = await capture('drizzle-kit', ['generate', '--config', path.relative(root, config)]);
  const fresh = existsSync(copy) ? readdirSync(copy).length - before : 0;
  const drift = generated.code !== 0 || fresh > 0 || !/nothing to migrate/i.test(generated.output);
  const output =
    (safety.code ? safety.output : '') +
    (drift ? `${generated.output}\nThe tables say more than migrations/; run \`npm run migrations\`.\n` : '');
  return { code: safety.code || drift ? 1 : 0, output, note: safety.stdout.trim().split('\n').at(-1) };
}

/** Compares src/models/domain/price-list.ts with the package it is made from. */
async function prices() {
  const result = await capture('node', ['scripts/prices.mjs', '--check']);
  return { ...result, note: result.stdout.trim() };
}

async function bundle() {
  const directory = path.dirname(bundleFile);
  const args = ['deploy', '--dry-run', '--outdir', directory, '--outfile', bundleFile];
  const result = await capture('wrangler', args);
  if (result.code !== 0) return result;
  const size = /gzip: ([\d.]+) KiB/.exec(result.stdout);
  if (!size) return failed(`wrangler did not say how large the bundle is:\n${result.output}`);
  const kib = Number(size[1]);
  const note = `${kib.toFixed(0)} KiB gzipped, limit ${BUNDLE_LIMIT_KIB}`;
  return kib > BUNDLE_LIMIT_KIB ? failed(`The bundle is too large: ${note}.`) : passed(note);
}

/** Profiles the bundle that `bundle` built. The best run counts: noise only ever adds. */
async function startup() {
  if (!existsSync(bundleFile)) return failed('There is no bundle to start.');
  const profile = path.join(scratch, 'startup.cpuprofile');
  const times = [];
  for (let attempt = 0; attempt < STARTUP_RUNS && !(Math.min(...times) <= STARTUP_LIMIT_MS); attempt += 1) {
    const result = await capture('wrangler', ['check', 'startup', '--worker', bundleFile, '--outfile', profile]);
    if (result.code !== 0) return result;
    times.push(activeMilliseconds(JSON.parse(readFileSync(profile, 'utf8'))));
  }
  const best = Math.min(...times);
  const note = `${best.toFixed(0)} ms active, limit ${STARTUP_LIMIT_MS}`;
  return best <= STARTUP_LIMIT_MS
    ? passed(note)
    : failed(
        `Start-up takes too long in each of ${times.length} runs: ${times.map((ms) => ms.toFixed(0)).join(', ')} ms, limit ${STARTUP_LIMIT_MS}.`,
      );
}

/** Sampled time of a V8 CPU profile without idle time, as `wrangler check startup` counts it. Deltas are in microseconds. */
function activeMilliseconds({ nodes, samples, timeDeltas }) {
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id));
  return timeDeltas.reduce((sum, delta, index) => sum + (idle.has(samples[index]) ? 0 : delta), 0) / 1000;
}

// Two lanes for two cores. What runs wrangler shares a lane, for each run performs the [build] of wrangler.toml. Start-up is measured alone.
const LANES = [
  [
    ['bundle', bundle],
    ['env types', run('wrangler', 'types', '--include-runtime=false', '--strict-vars=false', '--check')],
    ['openapi', run('node', 'scripts/openapi.mjs', '--check')],
    ['prices', prices],
    ['migrations', migrations],
    ['import law', importLaw],
  ],
  [
    ['lint', lint],
    ['types', run('tsc', '--noEmit')],
    ['dead code', run('knip', '--no-progress')],
    ['format', run('oxfmt', '--check', '.')],
  ],
];
const LAST = [['start-up', startup]];

const failures = [];

async function perform([name, check]) {
  const start = performance.now();
  const result = await check().catch((error) => failed(error.stack ?? String(error)));
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `${result.code === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(11)} ${seconds.padStart(5)} s${result.note ? `  ${result.note}` : ''}`,
  );
  if (result.code !== 0) failures.push([name, stripVTControlCharacters(result.output).trim()]);
}

async function main(names) {
  const unknown = names.filter((name) => ![...LANES.flat(), ...LAST].some(([known]) => known === name));
  if (unknown.length > 0) throw new Error(`No such check: ${unknown.join(', ')}`);
  const wanted = ([name]) =>
    names.length === 0 || names.includes(name) || (name === 'bundle' && names.includes('start-up'));
  const start = performance.now();
  await Promise.all(
    LANES.map(async (lane) => {
      for (const check of lane.filter(wanted)) await perform(check);
    }),
  );
  for (const check of LAST.filter(wanted)) await perform(check);
  for (const [name, output] of failures)
    console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 70 - name.length))}\n${output}`);
  const total = ((performance.now() - start) / 1000).toFixed(1);
  console.log(
    `\n${failures.length === 0 ? 'All checks pass' : `Failed: ${failures.map(([name]) => name).join(', ')}`} (${total} s)`,
  );
  return failures.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
