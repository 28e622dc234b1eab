// The bench's processes. Each leads a group of its own, and none outlives the bench.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { root, toolEnvironment } from '../../scripts/run.mjs';

const running = new Set();

process.on('exit', () => {
  for (const child of running) stop(child);
});

function start(command, args, options) {
  const child = spawn(command, args, { cwd: root, detached: true, ...options });
  running.add(child);
  child.once('exit', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/** Ends a process and what it has started, at once. */
export function stop(child) {
  if (child?.pid === undefined || !running.delete(child)) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/**
 * Runs a tool to its end.
 * @returns {Promise<{code: number, output: string}>}
 */
export function run(command, args, cwd = root) {
  return new Promise((resolve, reject) => {
    const env = { ...toolEnvironment, NO_COLOR: '1', FORCE_COLOR: '0' };
    const child = start(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Starts a module of this directory, which talks by messages and should end when it cannot any more. */
export function startModule(file, args = []) {
  return start(process.execPath, [path.join(import.meta.dirname, file), ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** The next thing that a process says. Rejects when it ends instead, and with the `error` that it tells of. */
export function hear(child) {
  return new Promise((resolve, reject) => {
    const onEnd = () => reject(new Error(`${child.spawnargs[1]} ended`));
    if (running.has(child)) child.once('exit', onEnd);
    else onEnd();
    child.once('message', (message) => {
      child.off('exit', onEnd);
      if (message.error === undefined) resolve(message);
      else reject(new Error(message.error));
    });
  });
}

/** Gives a process a job, and waits for its answer. */
export function ask(child, job) {
  const answer = hear(child);
  child.send(job, () => undefined); // one that has ended is heard of above
  return answer;
}

/** CPU time that a process has used, in seconds; null where the system does not tell. */
export function cpuSeconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return null;
  }
}

/** Memory of a process that is not swapped out, in MiB; null where the system does not tell. */
export function residentMiB(pid) {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
  } catch {
    return null;
  }
}
