// Runs the tools of node_modules/.bin on the Node of node_modules/.bin, wherever the script itself was started from.
import { spawn } from 'node:child_process';
import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

/** The environment of every tool: our Node first (wrangler's children look for it), no telemetry, no log files. */
export const toolEnvironment = {
  ...process.env,
  PATH: `${path.join(root, 'node_modules', '.bin')}${path.delimiter}${process.env.PATH ?? ''}`,
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_WRITE_LOGS: 'false',
};

/**
 * Runs a tool without a terminal and waits for its end.
 * @param {string} command
 * @param {string[]} args
 * @param {{input?: string, env?: Record<string, string>}} [options] `input` goes to its stdin
 * @returns {Promise<{code: number, stdout: string, stderr: string, output: string}>} `output` holds both streams as they came
 */
export function capture(command, args, { input, env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...toolEnvironment, NO_COLOR: '1', FORCE_COLOR: '0', ...env },
      stdio: 'pipe',
    });
    const result = { code: 1, stdout: '', stderr: '', output: '' };
    for (const stream of ['stdout', 'stderr']) {
      child[stream].setEncoding('utf8').on('data', (text) => {
        result[stream] += text;
        result.output += text;
      });
    }
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...result, code: code ?? 1 }));
    child.stdin.on('error', () => {}); // it may end before it has read everything
    child.stdin.end(input ?? '');
  });
}

/**
 * Runs a tool in this terminal and waits for its end.
 * @param {string} command
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<number>} its exit code
 */
export function inherit(command, args, env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: { ...toolEnvironment, ...env }, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** `--env x`, `-e x`, `--env=x`: the one argument that every command needs. */
export function environmentOf(args) {
  const index = args.findIndex((arg) => /^(--env|-e)(=|$)/.test(arg));
  if (index < 0) return undefined;
  return args[index].includes('=') ? args[index].split('=')[1] : args[index + 1];
}
