// README's page, in a real browser: a click, and the demo's prompt streams into it over a WebSocket that its ticket opens.
import assert from 'node:assert/strict';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

import { root } from '../../scripts/run.mjs';
import { freePort, start } from './footlight.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const PAGE = readFileSync(path.join(root, 'test/browser/stream.html'), 'utf8');
const PROMPT = '/v1/prompts/support%2Fgreeting/execute';

/** `CHROMIUM`, else the first one on the path. @returns {string | undefined} */
function findChromium() {
  const { CHROMIUM, PATH = '' } = process.env;
  if (CHROMIUM !== undefined && CHROMIUM !== '') return CHROMIUM;
  const places = ['/usr/bin', ...PATH.split(path.delimiter)];
  return NAMES.flatMap((name) => places.map((place) => path.join(place, name))).find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const executablePath = findChromium();
// CI has one: there, a test that looks at nothing must not pass for one that has looked.
const skip =
  executablePath === undefined && process.env.CI !== 'true'
    ? 'there is no Chromium: install one (apt-get install --no-install-recommends chromium), or name it with CHROMIUM'
    : false;

const scratch = mkdtempSync(path.join(tmpdir(), 'footlight-browser-'));
let url;
let running;
let key;
let browser;
let site;
/** What the page's server runs next. */
let wish;
/** What Footlight answered to the page's server last. */
let accepted;

async function ask(method, where, body, accept = 'application/json') {
  const response = await fetch(`${url}${where}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', accept },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  assert.ok(response.ok, `${method} ${where} answered ${response.status}`);
  return response;
}

/** Runs what is wished, as the page's server does. @returns {Promise<string>} the stream's URL */
async function runForPage() {
  accepted = await (await ask('POST', PROMPT, wish)).json();
  return new URL(accepted.links.stream, url.replace('http', 'ws')).href;
}

/** The page, and the server of it that holds the key. */
function serveSite() {
  const server = createServer((request, response) => {
    if (request.url !== '/greet') {
      response.setHeader('content-type', 'text/html').end(PAGE);
      return;
    }
    runForPage().then(
      (stream) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ stream })),
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  return new Promise((resolve) => server.listen(0, 'localhost', () => resolve(server)));
}

before(async () => {
  if (skip !== false) return;
  assert.ok(executablePath, 'there is no Chromium, and CI is set: .ci/run installs one');
  const port = await freePort();
  url = `http://localhost:${port}`;
  running = await start(port, scratch);
  ({ key } = JSON.parse(readFileSync(path.join(scratch, 'footlight-demo.json'), 'utf8')));
  site = await serveSite();
  // Chromium refuses to run as root in its sandbox.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  browser = await chromium.launch({ executablePath, args });
});

after(async () => {
  await browser?.close();
  site?.close();
  await running?.stop();
  rmSync(scratch, { recursive: true, force: true });
});

test('the page of README is the one that runs here', () => {
  const [, shown] = /^```html\n(.*?)^```/ms.exec(readFileSync(path.join(root, 'README.md'), 'utf8')) ?? [];
  assert.equal(shown, PAGE);
});

/** Opens the page, clicks, and waits until its socket is closed. */
async function greet() {
  const page = await browser.newPage();
  const problems = [];
  const frames = [];
  const sockets = [];
  page.on('pageerror', (error) => problems.push(error.message));
  const closed = new Promise((resolve) => {
    page.on('websocket', (socket) => {
      sockets.push(socket.url());
      socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
      socket.on('socketerror', (error) => problems.push(error));
      socket.on('close', resolve);
    });
  });
  await page.goto(`http://localhost:${site.address().port}/`);
  // What the reader sees, each time that it changes.
  await page.evaluate(() => {
    globalThis.seen = [];
    const answer = document.querySelector('p');
    new MutationObserver(() => globalThis.seen.push(answer.textContent)).observe(answer, { childList: true });
  });
  await page.click('button');
  await closed;
  const seen = await page.evaluate(() => globalThis.seen);
  return { page, problems, events: frames.map((frame) => JSON.parse(frame)), sockets, seen };
}

for (const [which, greeting] of [
  [{ environment: 'production' }, 'Hello Zoë, how can we help? Be warm, be brief.'],
  [{ tag: '1.1.0' }, 'Hi Zoë! What can we do for you today? Be warm, be brief.'],
]) {
  test(`a click streams what is run by ${Object.keys(which)[0]}, word by word`, { skip }, async () => {
    wish = { ...which, model: 'echo', variables: { customer: 'Zoë' }, parameters: { delayMs: 60 } };
    const { page, problems, events, sockets, seen } = await greet();
    assert.deepEqual(problems, []);
    assert.equal(seen.at(-1), greeting);
    assert.ok(seen.length > 3, `it came in ${seen.length} pieces`);
    for (const text of seen) assert.ok(greeting.startsWith(text), text);

    const text = await (await ask('GET', accepted.links.events, undefined, 'text/event-stream')).text();
    const served = [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data));
    assert.deepEqual(events, served, 'the WebSocket and Server-Sent Events tell the same');
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, index) => index + 1),
    );

    assert.equal(sockets.length, 1);
    const refused = await page.evaluate(
      (used) => new Promise((resolve) => new WebSocket(used).addEventListener('close', ({ code }) => resolve(code))),
      sockets[0],
    );
    assert.equal(refused, 1006, 'a ticket opens once');
    await page.close();
  });
}

test('the answer that streams says whose it is', { skip }, async () => {
  const body = { environment: 'production', model: 'echo', variables: { customer: 'Zoë' } };
  const response = await ask('POST', PROMPT, body, 'text/event-stream');
  assert.match(await response.text(), /^event: job_complete$/m);
  const where = response.headers.get('content-location');
  const execution = await (await ask('GET', where)).json();
  assert.equal(execution.links.self, where);
  assert.equal(execution.output, 'Hello Zoë, how can we help? Be warm, be brief.');
});
