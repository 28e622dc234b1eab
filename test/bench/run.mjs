// `npm run bench`: how fast the production bundle is, beside others in the same run. `npm run bench -- edge`, `-- streams` and `-- analytics` run one part.
// Leaves nothing behind but Portkey's package in test/bench/portkey. The targets are goals: nothing fails when one is missed.
// Settings: BENCH_STATE, the directory for the simulators' state, /dev/shm where there is one.
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';

import { runAnalytics } from './analytics.mjs';
import { runEdge } from './edge.mjs';
import { runStreams } from './streams.mjs';

const PARTS = { edge: runEdge, streams: runStreams, analytics: runAnalytics };
const MEMORY = '/dev/shm';

const started = Date.now();
const seconds = () => ((Date.now() - started) / 1000).toFixed(0);
const say = (text) => console.log(`${seconds().padStart(4)} s  ${text}`);
const load = () => loadavg()[0].toFixed(2);

function stateDirectory() {
  if (process.env.BENCH_STATE !== undefined) return path.resolve(process.env.BENCH_STATE);
  try {
    accessSync(MEMORY, constants.W_OK);
    return MEMORY;
  } catch {
    return tmpdir();
  }
}

const names = process.argv.slice(2);
const unknown = names.find((name) => !(name in PARTS));
if (unknown !== undefined) {
  console.error(`There is no part ${unknown}: ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

const state = stateDirectory();
const scratch = mkdtempSync(path.join(state, 'footlight-bench-'));
// Processes that still write are ended by then: ./processes.mjs and miniflare see to that.
process.on('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
]) {
  // miniflare ends workerd on the same signal, and must come first.
  process.on(signal, () => setImmediate(() => process.exit(code)));
}
// Where miniflare keeps its state.
process.env.TMPDIR = scratch;

console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.version}, load ${load()}. The simulators keep their state in ${state}` +
    (state === MEMORY ? ': waiting for a disk is theirs, not the platform’s.' : '.'),
);
try {
  for (const [name, runPart] of Object.entries(PARTS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const directory = path.join(scratch, name);
    mkdirSync(directory);
    await runPart({ root: scratch, scratch: directory, say });
  }
  console.log(`\ntook ${seconds()} s, load ${load()}`);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  process.exit();
}
