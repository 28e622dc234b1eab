// The production bundle in miniflare, next to two bare Hono Workers, each listening at its own socket.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';

import { root } from '../../scripts/run.mjs';
import { generateSecrets } from '../../scripts/secrets.mjs';
import { run } from './processes.mjs';

const COMPATIBILITY_DATE = /^compatibility_date = "(.+)"$/m.exec(
  readFileSync(path.join(root, 'wrangler.toml'), 'utf8'),
)[1];

/**
 * What a Worker of one's own would do with the same bytes, checking nothing. Beside that it fills KV for both, from within:
 * thousands of writes through miniflare's proxy take minutes.
 */
const BARE = `
import { Hono } from 'hono';
const app = new Hono();
const json = { 'content-type': 'application/json' };
let body = '';
app.get('/bare', (c) => c.json({ ok: true }));
app.get('/body', async (c) => c.body(body, 200, json));
app.get('/kv/*', async (c) => c.body(await c.env.EDGE.get(c.req.query('key')), 200, json));
app.put('/body', async (c) => {
  body = await c.req.text();
  return c.body(null, 204);
});
app.put('/copies', async (c) => {
  const { from, to } = await c.req.json();
  const value = JSON.parse(await c.env.EDGE.get(from));
  await Promise.all(to.map(({ key, name }) => c.env.EDGE.put(key, JSON.stringify({ ...value, name }))));
  return c.body(null, 204);
});
export default app;
`;

/**
 * Starts everything.
 * @param {string} scratch a directory of the bench's own
 * @param {object} options of miniflare
 * @param {{heard?: boolean}} more whether anybody listens to the queues: who does shares the process here, and is elsewhere on Cloudflare
 */
export async function openHouse(scratch, options = {}, { heard = true } = {}) {
  const bundle = await run('wrangler', ['deploy', '--dry-run', '--outdir', path.join(scratch, 'bundle')]);
  if (bundle.code !== 0) throw new Error(bundle.output);
  const script = readFileSync(path.join(scratch, 'bundle', 'worker.js'), 'utf8');
  const bare = await build({
    stdin: {
      contents: BARE,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    format: 'esm',
    write: false,
    conditions: ['workerd'],
  });
  const socket = { unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }], compatibilityDate: COMPATIBILITY_DATE };
  const logs = new LogBook();
  const worker = {
    modules: [{ type: 'ESModule', path: 'worker.js', contents: script }],
    ...socket,
    bindings: {
      ...generateSecrets(),
      PROVIDER_LOOPBACK: 'allow',
      CORS_ORIGINS: '',
      LOG_LEVEL: 'info',
      VERSION: { id: 'bench' },
    },
    kvNamespaces: { EDGE: 'edge' },
    d1Databases: { DB: 'footlight' },
    r2Buckets: { OUTPUTS: 'outputs' },
    queueProducers: { EVENTS: 'footlight-events', EVALUATIONS_QUEUE: 'footlight-evaluations' },
    durableObjects: {
      DEPLOYMENTS: { className: 'DeploymentObject', useSQLite: true },
      ENVIRONMENTS: { className: 'EnvironmentObject', useSQLite: true },
      EXECUTIONS: { className: 'ExecutionObject', useSQLite: true },
      LIMITS: { className: 'LimitsObject', useSQLite: true },
    },
  };
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      ...options,
      handleStructuredLogs: ({ level, message }) => logs.read(level, message),
      workers: [
        { ...worker, name: 'footlight', queueConsumers: heard ? consumers() : {} },
        // The same without its log lines, whose cost here is the simulator's: a write to a pipe that Node reads.
        { ...worker, name: 'quiet', bindings: { ...worker.bindings, LOG_LEVEL: 'error' } },
        // The same without counting what it gives out.
        { ...worker, name: 'uncounted', bindings: { ...worker.bindings, COUNT_USES: 'off' } },
        {
          name: 'bare',
          modules: [{ type: 'ESModule', path: 'bare.js', contents: bare.outputFiles[0].text }],
          ...socket,
          kvNamespaces: { EDGE: 'edge' },
        },
      ],
    }),
  });
  await miniflare.ready;
  const database = await miniflare.getD1Database('DB', 'footlight');
  for (const file of readdirSync(path.join(root, 'migrations'))
    .filter((name) => name.endsWith('.sql'))
    .toSorted()) {
    const statements = readFileSync(path.join(root, 'migrations', file), 'utf8').split('--> statement-breakpoint');
    await database.batch(statements.map((statement) => database.prepare(statement)));
  }
  return {
    miniflare,
    database,
    logs,
    footlight: (await miniflare.unsafeGetDirectURL('footlight')).origin,
    quiet: (await miniflare.unsafeGetDirectURL('quiet')).origin,
    uncounted: (await miniflare.unsafeGetDirectURL('uncounted')).origin,
    bare: (await miniflare.unsafeGetDirectURL('bare')).origin,
  };
}

/** As wrangler.toml has them. */
function consumers() {
  const toml = readFileSync(path.join(root, 'wrangler.toml'), 'utf8');
  return Object.fromEntries(
    [...toml.matchAll(/^\[\[queues\.consumers\]\]\n((?:\w+ = .+\n)+)/gm)].map(([, block]) => {
      const value = (name) => JSON.parse(new RegExp(`^${name} = (.+)$`, 'm').exec(block)?.[1] ?? 'null') ?? undefined;
      return [
        value('queue'),
        {
          maxBatchSize: value('max_batch_size'),
          maxBatchTimeout: value('max_batch_timeout'),
          maxRetries: value('max_retries'),
          deadLetterQueue: value('dead_letter_queue'),
        },
      ];
    }),
  );
}

/** The process of workerd, a child of this one; undefined where the system does not tell. */
export function workerdPid() {
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
    return children.find((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('workerd'));
  } catch {
    return undefined;
  }
}

/** Footlight's log lines, kept by request id where the bench gave the id. */
class LogBook {
  #lines = new Map();
  #tiers = new Map();

  read(level, line) {
    const tier = /"tier":"([a-z0-9]+)"/.exec(line)?.[1];
    if (tier !== undefined) this.#tiers.set(tier, (this.#tiers.get(tier) ?? 0) + 1);
    const id = /"requestId":"(bench-[0-9]+)"/.exec(line)?.[1];
    if (id !== undefined) this.#lines.set(id, [...(this.#lines.get(id) ?? []), JSON.parse(line)]);
    else if (level === 'error') console.error(line);
  }

  /** How many answers each store gave since this was last asked. */
  takeTiers() {
    const tiers = Object.fromEntries(this.#tiers);
    this.#tiers.clear();
    return tiers;
  }

  /** All that a request made others do: its own line and those of the Durable Objects that worked for it. */
  async operations(id) {
    for (let tries = 0; tries < 200 && !this.#of(id).some(({ message }) => message === 'request'); tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const lines = this.#of(id);
    const sum = (name) => lines.reduce((total, line) => total + (line[name] ?? 0), 0);
    return { d1: sum('d1'), kv: sum('kv'), do: sum('do'), tier: lines.find(({ tier }) => tier !== undefined)?.tier };
  }

  #of(id) {
    return this.#lines.get(id) ?? [];
  }
}
