// `npm start` and the README, as a newcomer would use them: every curl command that the demo prints and every example of the README runs.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { capture, root, toolEnvironment } from '../../scripts/run.mjs';

const scratch = mkdtempSync(path.join(tmpdir(), 'footlight-readme-'));
const START_MS = 90_000;
let port;
let running;

async function freePort() {
  const server = createServer().listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  const found = server.address().port;
  await new Promise((resolve) => server.close(resolve));
  return found;
}

/** Runs `npm start` until it says that it is there. */
async function start() {
  const child = spawn('node', ['scripts/start.mjs'], {
    cwd: root,
    env: { ...toolEnvironment, PORT: String(port), STATE_DIR: scratch },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise((resolve) => child.once('close', resolve));
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  for (const until = Date.now() + START_MS; !output.includes('Ctrl-C ends it');) {
    if (Date.now() > until || child.exitCode !== null) throw new Error(`npm start said:\n${output}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { output, stop: () => (child.kill('SIGINT'), ended) };
}

const bash = (script) => capture('bash', ['-euo', 'pipefail', '-c', script]);

/** The README's blocks in a language, each with what stands around it as its first line says. */
const blocks = (language) =>
  [
    ...readFileSync(path.join(root, 'README.md'), 'utf8').matchAll(
      new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'),
    ),
  ].map(([, code]) => code.replaceAll('localhost:8787', `localhost:${port}`));

before(async () => {
  port = await freePort();
  running = await start();
});

after(async () => {
  await running?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

test('the demo shows the main job, and every curl command that it prints works', async () => {
  for (const word of ['403 self_approval_forbidden', 'generation 1', 'generation 2', 'generation 3', 'Bonjour Zoë']) {
    assert.ok(running.output.includes(word), `${word} is missing in:\n${running.output}`);
  }
  const commands = running.output.split(/\n\n/).filter((part) => part.trim().startsWith('curl '));
  assert.ok(commands.length >= 5, running.output);
  for (const command of commands) {
    const { code, output } = await bash(command.trim().replace(/^curl /, 'curl -fsS '));
    assert.equal(code, 0, `${command}\n${output}`);
  }
});

test('every example of the README runs, from the first to the last', async () => {
  const shell = blocks('sh');
  assert.ok(shell.length >= 8);
  const typescript = blocks('ts').map((code, i) => {
    const file = path.join(scratch, `example-${i}.mts`);
    writeFileSync(file, code);
    return `echo '# ts ${i}'; node '${file}'`;
  });
  assert.equal(typescript.length, 2);
  const script = [
    ...shell.map((code) => code.replaceAll('/tmp/', `${scratch}/`)),
    'export BASE KEY ADA',
    ...typescript,
  ].join('\n');
  const { code, output } = await bash(script);
  assert.equal(code, 0, output);
  for (const word of [
    'pending',
    'approved',
    'deployed',
    'Bonjour {{customer}}',
    'Hello Zoë',
    "[ 'order/status' ]",
    '"hello"',
    'unchanged',
  ]) {
    assert.ok(output.includes(word), `${word} is missing in:\n${output}`);
  }
});

test('Ctrl-C ends it cleanly, and the next start finds its data', async () => {
  assert.equal(await running.stop(), 0);
  running = await start();
  assert.match(running.output, /The data of the last start is here:\n.*1\.0\.0, generation 3/);
});
