// `npm start`, for tests that use Footlight as a newcomer would.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';

import { root, toolEnvironment } from '../../scripts/run.mjs';

const START_MS = 90_000;

export async function freePort() {
  const server = createServer().listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  const found = server.address().port;
  await new Promise((resolve) => server.close(resolve));
  return found;
}

/**
 * Runs `npm start` until it says that it is there.
 * @param {number} port
 * @param {string} stateDir
 * @returns {Promise<{output: string, stop: () => Promise<number>}>} what it said, and Ctrl-C with the exit code
 */
export async function start(port, stateDir) {
  const child = spawn('node', ['scripts/start.mjs'], {
    cwd: root,
    env: { ...toolEnvironment, PORT: String(port), STATE_DIR: stateDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const ended = new Promise((resolve) => child.once('close', resolve));
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  for (const until = Date.now() + START_MS; !output.includes('Ctrl-C ends it');) {
    if (Date.now() > until || child.exitCode !== null) {
      child.kill('SIGINT');
      throw new Error(`npm start said:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { output, stop: () => (child.kill('SIGINT'), ended) };
}
