// `npm start`: Footlight on this machine, from nothing. Makes secrets if there are none, migrates, serves, and shows the main job on demo data.
// Settings: PORT (8787), STATE_DIR (.wrangler/state), DEMO=0 leaves the demo out.
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

import { demo } from './demo.mjs';
import { capture, root, toolEnvironment } from './run.mjs';
import { devVars, generateSecrets } from './secrets.mjs';

const port = Number(process.env.PORT ?? 8787);
const stateDir = path.resolve(root, process.env.STATE_DIR ?? '.wrangler/state');
const url = `http://localhost:${port}`;
const logFile = path.join(stateDir, 'footlight.log');
const SWEEP_MS = 60_000;
const READY_MS = 60_000;

/** Ends with a message that says what to do, and no stack. */
class Stop extends Error {}

function makeSecrets() {
  const file = path.join(root, '.dev.vars');
  if (existsSync(file)) return;
  writeFileSync(file, devVars(generateSecrets()), { mode: 0o600 });
  console.log('• wrote .dev.vars with fresh random secrets');
}

async function portIsFree() {
  const server = createServer();
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, 'localhost', resolve)).catch(() => {
    throw new Stop(`Port ${port} is taken. Choose another: PORT=8788 npm start`);
  });
  await new Promise((resolve) => server.close(resolve));
}

async function migrate() {
  const { code, output } = await capture(
    'wrangler',
    ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', stateDir],
    { env: { CI: '1' } },
  );
  if (code !== 0) throw new Stop(`The migrations failed:\n${output}`);
  console.log(`• database ready in ${path.relative(root, stateDir) || stateDir}`);
}

/** The Worker in wrangler dev, its output in a file: one JSON line a request. */
function serve() {
  const log = createWriteStream(logFile, { flags: 'a' });
  const child = spawn(
    'wrangler',
    [
      'dev',
      '--ip',
      'localhost',
      '--port',
      String(port),
      '--persist-to',
      stateDir,
      '--show-interactive-dev-session=false',
      // Not in .dev.vars, of which wrangler takes only the secrets that wrangler.toml requires.
      '--var',
      'PROVIDER_LOOPBACK:allow',
    ],
    { cwd: root, env: { ...toolEnvironment, NO_COLOR: '1', FORCE_COLOR: '0' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(log, { end: false });
    stream.setEncoding('utf8').on('data', showErrors);
  }
  return child;
}

/** What went wrong inside is worth a line on the screen; the rest is in the file. */
function showErrors(text) {
  for (const line of text.split('\n')) if (/"level":"error"|\[ERROR\]/.test(line)) console.error(line);
}

async function ready(child) {
  for (const until = Date.now() + READY_MS; Date.now() < until;) {
    if (child.exitCode !== null)
      throw new Stop(`The Worker did not start:\n${readFileSync(logFile, 'utf8').slice(-3000)}`);
    const response = await fetch(`${url}/readiness`).catch(() => null);
    if (response?.ok) return;
    if (response !== null && response.status === 503) {
      const { checks } = await response.json();
      if (checks.configuration?.status === 'failed') throw new Stop(`.dev.vars: ${checks.configuration.detail}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Stop(`The Worker was not ready within ${READY_MS / 1000} s. Its output: ${logFile}`);
}

/** What the cron trigger does every minute in production. */
function sweepEveryMinute() {
  return setInterval(() => void fetch(`${url}/cdn-cgi/handler/scheduled`).catch(() => undefined), SWEEP_MS);
}

async function main() {
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) {
    throw new Stop(`PORT is ${process.env.PORT}, and must be a number from 1 to 65535.`);
  }
  mkdirSync(stateDir, { recursive: true });
  makeSecrets();
  await portIsFree();
  await migrate();
  const child = serve();
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGKILL'), 5_000).unref();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    await ready(child);
    console.log(`• serving on ${url}\n`);
    if (process.env.DEMO !== '0') await demo(url, path.join(stateDir, 'footlight-demo.json'));
    console.log(`Reference: ${url}/docs · log: ${path.relative(root, logFile)} · Ctrl-C ends it; the data stays.`);
    const timer = sweepEveryMinute();
    await ended;
    clearInterval(timer);
    if (!stopping) throw new Stop(`The Worker ended. Its output: ${logFile}`);
    console.log('\nGood bye.');
  } catch (error) {
    // Ctrl-C in the middle of the demo is no failure.
    const interrupted = stopping;
    stop();
    await ended;
    if (!interrupted) throw error;
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Stop ? `\n${error.message}` : error);
  process.exitCode = 1;
}
