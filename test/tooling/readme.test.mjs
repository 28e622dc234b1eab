// `npm start` and the README, as a newcomer would use them: every curl command that the demo prints and every example of the README runs.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { capture, root } from '../../scripts/run.mjs';
import { freePort, start } from './footlight.mjs';

const scratch = mkdtempSync(path.join(tmpdir(), 'footlight-readme-'));
const memory = path.join(scratch, 'footlight-demo.json');
let port;
let running;

const bash = (script) => capture('bash', ['-euo', 'pipefail', '-c', script]);

/** The README's blocks in a language, each with what stands around it as its first line says. */
const blocks = (language) =>
  [
    ...readFileSync(path.join(root, 'README.md'), 'utf8').matchAll(
      new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'),
    ),
  ].map(([, code]) => code.replaceAll('localhost:8787', `localhost:${port}`));

/** Passes all on to Footlight, but breaks the first WebSocket off behind its first word. */
async function breakingProxy() {
  const cut = { times: 0 };
  const server = createServer((inner) => {
    const outer = connect(port, 'localhost');
    for (const socket of [inner, outer]) socket.on('error', () => {});
    outer.pipe(inner);
    inner.on('data', (data) => {
      // Compressed, the words could not be seen.
      outer.write(String(data).replace(/^sec-websocket-extensions: .*\r\n/im, ''));
      if (!/^upgrade: websocket/im.test(data)) return;
      outer.on('data', (said) => {
        if (cut.times > 0 || !said.includes('token_chunk')) return;
        cut.times += 1;
        inner.destroy();
        outer.destroy();
      });
    });
    inner.on('end', () => outer.end());
    outer.on('close', () => inner.destroy());
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  return { url: `http://localhost:${server.address().port}`, cut, close: () => server.close() };
}

/** What the demo shows of the run, and of the evaluation. */
const EVALUATED = ['100 runs over version 1', 'wording', '1.0.0 wins: 1.0.0 on echo scored'];
const RAN = ['approvals needed: 2', '“Hello Zoë, how can we help? Be warm, be brief.”', 'token_chunk · job_complete'];

before(async () => {
  port = await freePort();
  running = await start(port, scratch);
});

after(async () => {
  await running?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

test('the demo shows the main job, and every curl command that it prints works', async () => {
  for (const word of [
    '403 self_approval_forbidden',
    'generation 1',
    'generation 2',
    'generation 3',
    'Bonjour Zoë',
    ...RAN,
    ...EVALUATED,
  ]) {
    assert.ok(running.output.includes(word), `${word} is missing in:\n${running.output}`);
  }
  const commands = running.output.split(/\n\n/).filter((part) => part.trim().startsWith('curl '));
  assert.ok(commands.length >= 8, running.output);
  for (const command of commands) {
    const { code, output } = await bash(command.trim().replace(/^curl /, 'curl -fsS '));
    assert.equal(code, 0, `${command}\n${output}`);
    if (command.includes('event-stream')) assert.match(output, /^event: job_complete$/m);
    if (command.includes('wait=true')) assert.match(output, /"status":"completed".*"output":"Hi Zoë!/);
    if (command.includes('limit=3')) assert.match(output, /^\{"data":\[\{"id":"exe_/);
  }
});

test('every example of the README runs, from the first to the last', async () => {
  const shell = blocks('sh');
  assert.ok(shell.length >= 15);
  const proxy = await breakingProxy();
  const typescript = blocks('ts').map((code, i) => {
    const file = path.join(scratch, `example-${i}.mts`);
    writeFileSync(file, code);
    return `echo '# ts ${i}'; ${code.includes('links.stream') ? `BASE='${proxy.url}'` : ''} node '${file}'`;
  });
  assert.equal(typescript.length, 3);
  const script = [
    ...shell.map((code) => code.replaceAll('/tmp/', `${scratch}/`)),
    'export BASE KEY ADA RUNNER',
    ...typescript,
  ].join('\n');
  const { code, output } = await bash(script);
  proxy.close();
  assert.equal(code, 0, output);
  assert.equal(proxy.cut.times, 1);
  for (const word of [
    'pending',
    'approved',
    'deployed',
    'Bonjour {{customer}}',
    'Hello Zoë',
    "[ 'order/status' ]",
    '"hello"',
    'unchanged',
    'Hello Zoë, how can we help?',
    'costMicros: 18',
    'event: job_started',
    'cancelled',
    "[ '1.0.0: 0', '1.1.0: 1' ]",
    '# ts 2\n[job_started]\nHello Node, how can we help?[job_complete]\n',
  ]) {
    assert.ok(output.includes(word), `${word} is missing in:\n${output}`);
  }
});

test('Ctrl-C ends it cleanly, and the next start finds its data', async () => {
  assert.equal(await running.stop(), 0);
  running = await start(port, scratch);
  assert.match(running.output, /The data of the last start is here:\n.*1\.0\.0, generation 3/);
  assert.doesNotMatch(running.output, /takes a model|better\?/);
});

test('data of a demo that had neither model nor evaluation gets both', async () => {
  await running.stop();
  const { cleo: _, evaluation: __, ...older } = JSON.parse(readFileSync(memory, 'utf8'));
  writeFileSync(memory, JSON.stringify(older));
  running = await start(port, scratch);
  for (const word of [
    'The data of the last start is here',
    older.ada.password,
    'takes a model',
    ...RAN.slice(1),
    ...EVALUATED,
  ]) {
    assert.ok(running.output.includes(word), `${word} is missing in:\n${running.output}`);
  }
  assert.notEqual(JSON.parse(readFileSync(memory, 'utf8')).key, older.key);
});
