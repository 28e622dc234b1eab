// How fast the edge is, beside a bare Hono route and a bare Hono route with one KV read, in the same run.
import { openHouse, workerdPid } from './house.mjs';
import { ask, cpuSeconds, startModule, stop } from './processes.mjs';
import { Client, deploy, enlarge, seedTenant, spread, VARIABLES, writeVersion } from './seed.mjs';
import { middle, print, quantile } from './table.mjs';

const ROUNDS = 4;
const SECONDS = 1;
const CONNECTIONS = [1, 16];
/** More than memory holds bundles (src/edge/memory.ts). */
const SPREAD = 6_000;

/** Short ones and many: what is looked for is smaller than what a machine does by the way. */
const PAIRS = 24;
const PAIR_SECONDS = 0.5;

let house;

/** @param {{scratch: string, say: (text: string) => void}} bench */
export async function runEdge({ scratch, say }) {
  let load;
  try {
    say('the edge: building the production bundle, starting workerd');
    house = await openHouse(scratch, {}, { heard: false });
    load = startModule('load.mjs');
    const shoot = (job) => ask(load, job);
    say('seeding through the API');
    const tenant = await seedTenant(house, 1, 20);
    await deploy(tenant.person, tenant.names);
    const copies = await spread(house, tenant, SPREAD);
    const { kinds, operations } = await describeKinds(tenant, copies);
    // First: both Workers are equally young.
    say(`what counting costs: ${PAIRS} pairs of ${PAIR_SECONDS} s of each of three kinds`);
    const pairs = await measureCounting(kinds, shoot);
    say(`measuring: ${kinds.length} kinds × ${CONNECTIONS.length} × ${ROUNDS} rounds of ${SECONDS} s, interleaved`);
    const figures = await measure(kinds, shoot);
    say('logging in, writing versions, deploying at two sizes');
    const work = await measureWork(tenant);
    report(kinds, figures, operations, work);
    reportCounting(pairs);
  } finally {
    stop(load);
    await house?.miniflare.dispose();
  }
}

async function describeKinds(tenant, copies) {
  const names = copies.map((copy) => copy.name);
  const name = tenant.names[0];
  const app = new Client(house, tenant.key);
  const authorization = { authorization: `Bearer ${tenant.key}` };
  const fetchPath = (of) => `/v1/edge/development/prompts/${of}`;
  const renderPath = `/v1/edge/development/render/${name}`;

  const cold = await app.call('GET', fetchPath(name));
  const warm = await app.call('GET', fetchPath(name));
  const fromKv = await app.call('GET', fetchPath(names[0]));
  const truth = await app.call('GET', fetchPath(name), undefined, { 'cache-control': 'no-cache' });
  const rendered = await app.call('POST', renderPath, { variables: VARIABLES });
  const batched = await app.call('POST', '/v1/edge/development/batch', { names: names.slice(100, 200) });
  const operations = [
    ['fetch, nothing remembered', await cold.operations()],
    ['fetch, remembered', await warm.operations()],
    ['fetch, key remembered', await fromKv.operations()],
    ['fetch, Cache-Control: no-cache', await truth.operations()],
    ['render, remembered', await rendered.operations()],
    ['batch of 100, key remembered', await batched.operations()],
  ];
  const etag = (await fetch(`${house.footlight}${fetchPath(name)}`, { headers: authorization })).headers.get('etag');
  await fetch(`${house.bare}/body`, { method: 'PUT', body: warm.text });

  const get = (origin, paths, headers = {}) => ({
    origin,
    requests: paths.map((one) => ({ method: 'GET', path: one, headers })),
  });
  const render = (origin) => ({
    origin,
    requests: [
      {
        method: 'POST',
        path: renderPath,
        headers: { ...authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ variables: VARIABLES }),
      },
    ],
  });
  const kinds = [
    { name: 'bare Hono route', ...get(house.bare, ['/bare']) },
    { name: 'bare Hono route, same body', ...get(house.bare, ['/body']) },
    {
      name: 'fetch from memory',
      to: 'bare Hono route',
      target: 0.65,
      tier: 'memory',
      ...get(house.footlight, [fetchPath(name)], authorization),
    },
    {
      name: 'fetch from memory, without log lines',
      to: 'bare Hono route',
      ...get(house.quiet, [fetchPath(name)], authorization),
    },
    {
      name: 'fetch from memory, 304',
      to: 'bare Hono route',
      ...get(house.footlight, [fetchPath(name)], { ...authorization, 'if-none-match': etag }),
    },
    {
      name: 'render from memory',
      to: 'bare Hono route',
      target: 0.55,
      ...render(house.footlight),
    },
    {
      name: 'render from memory, without log lines',
      to: 'bare Hono route',
      ...render(house.quiet),
    },
    {
      name: 'bare Hono route, one KV read',
      ...get(
        house.bare,
        copies.map(({ key }) => `/kv/read?key=${encodeURIComponent(key)}`),
      ),
    },
    {
      name: 'fetch from KV',
      to: 'bare Hono route, one KV read',
      target: 0.85,
      tier: 'kv',
      ...get(house.footlight, names.map(fetchPath), authorization),
    },
    {
      name: 'fetch from KV, without log lines',
      to: 'bare Hono route, one KV read',
      ...get(house.quiet, names.map(fetchPath), authorization),
    },
  ];
  return { kinds, operations };
}

async function measure(kinds, shoot) {
  const figures = new Map(kinds.map((kind) => [kind.name, new Map(CONNECTIONS.map((count) => [count, []]))]));
  const job = ({ origin, requests }, connections, seconds) => ({ origin, requests, connections, seconds });
  for (const kind of kinds) await shoot(job(kind, 4, 0.7));
  for (let round = 0; round < ROUNDS; round++) {
    for (const connections of CONNECTIONS) {
      for (const kind of kinds) {
        house.logs.takeTiers();
        const before = cpuSeconds(workerdPid());
        const result = await shoot(job(kind, connections, SECONDS));
        if (result.failures > 0) throw new Error(`${kind.name}: ${result.failures} of ${result.count} requests failed`);
        checkTiers(kind, house.logs.takeTiers());
        const cpu = before === null ? null : ((cpuSeconds(workerdPid()) - before) / result.count) * 1e6;
        figures
          .get(kind.name)
          .get(connections)
          .push({ ...result, cpu });
      }
    }
  }
  return figures;
}

/** Each kind of request to a Worker that counts and to one that does not, in turn, each of them first as often as the other. */
async function measureCounting(kinds, shoot) {
  const pairs = [];
  for (const [name, target] of [
    ['fetch from memory', 0.95],
    ['fetch from KV', 0.95],
    ['render from memory', null],
  ]) {
    const { requests } = kinds.find((kind) => kind.name === name);
    const measure = async (origin, seconds = PAIR_SECONDS) => {
      const before = cpuSeconds(workerdPid());
      const { rate, count, failures } = await shoot({ origin, requests, connections: 16, seconds });
      if (failures > 0) throw new Error(`${name}: ${failures} of ${count} requests failed`);
      return { rate, cpu: before === null ? null : (cpuSeconds(workerdPid()) - before) / count };
    };
    for (const origin of [house.footlight, house.uncounted]) await measure(origin, 1);
    const rates = [];
    const cpus = [];
    for (let i = 0; i < PAIRS; i++) {
      const first = await measure(i % 2 === 0 ? house.footlight : house.uncounted);
      const second = await measure(i % 2 === 0 ? house.uncounted : house.footlight);
      const [on, off] = i % 2 === 0 ? [first, second] : [second, first];
      rates.push(on.rate / off.rate);
      cpus.push(off.cpu === null ? Number.NaN : off.cpu / on.cpu);
    }
    pairs.push({ name, target, rates, cpus });
  }
  return pairs;
}

function reportCounting(pairs) {
  print(
    'What counting costs: requests a second, and requests for the same CPU, beside those of the same Worker with COUNT_USES=off',
    pairs.map(({ name, target, rates, cpus }) => ({
      '': `${name}, 16 connections`,
      ratio: middle(rates).toFixed(3),
      'middle half': `${quantile(rates, 0.25).toFixed(2)}–${quantile(rates, 0.75).toFixed(2)}`,
      target: target === null ? '' : `≥ ${target.toFixed(2)}`,
      'CPU ratio': middle(cpus).toFixed(3),
      'middle half of it': `${quantile(cpus, 0.25).toFixed(2)}–${quantile(cpus, 0.75).toFixed(2)}`,
    })),
  );
}

/** A figure is worth nothing if another store answered than it says. */
function checkTiers({ name, tier }, tiers) {
  if (tier === undefined) return;
  const total = Object.values(tiers).reduce((sum, count) => sum + count, 0);
  if ((tiers[tier] ?? 0) < 0.99 * total) throw new Error(`${name}: answered by ${JSON.stringify(tiers)}`);
}

async function measureWork(tenant) {
  const anonymous = new Client(house);
  const logins = 5;
  const before = cpuSeconds(workerdPid());
  const at = Date.now();
  for (let i = 0; i < logins; i++) await anonymous.call('POST', '/v1/auth/login', tenant.credentials);
  const login = before === null ? (Date.now() - at) / 1000 / logins : (cpuSeconds(workerdPid()) - before) / logins;

  const version = await (await writeVersion(tenant.person, tenant.names[0], '1.0.1')).operations();
  const small = await seedTenant(house, 2, 20);
  const few = await (await deploy(small.person, small.names)).operations();
  const large = await seedTenant(house, 3, 20);
  await deploy(large.person, large.names.slice(0, 1));
  await enlarge(house, large, 10_000);
  for (const name of large.names) await writeVersion(large.person, name, '1.0.1');
  const many = await (await deploy(large.person, large.names, '1.0.1')).operations();
  const prompts = await house.database
    .prepare('SELECT count(*) AS count FROM entries WHERE tenant_id = ?')
    .bind(large.tenantId)
    .first('count');
  return { login, version, few, many, prompts };
}

function report(kinds, figures, operations, work) {
  console.log(`\nThe edge: medians of ${ROUNDS} rounds`);
  for (const connections of CONNECTIONS) {
    const rows = kinds.map(({ name, to, target }) => {
      const mine = figures.get(name).get(connections);
      const base = to === undefined ? [] : figures.get(to).get(connections);
      const ratio = middle(mine.map(({ rate }, round) => rate / base[round]?.rate));
      const cpuRatio = middle(mine.map(({ cpu }, round) => base[round]?.cpu / cpu));
      const of = (field) => middle(mine.map((one) => one[field]));
      return {
        '': name,
        'p50 ms': of('p50').toFixed(3),
        'p99 ms': of('p99').toFixed(2),
        'req/s': of('rate').toFixed(0),
        ratio: to === undefined ? '' : ratio.toFixed(2),
        target: target === undefined ? '' : `≥ ${target.toFixed(2)}`,
        to: to ?? '',
        'CPU µs': mine[0].cpu === null ? '' : of('cpu').toFixed(0),
        'CPU ratio': to === undefined || mine[0].cpu === null ? '' : cpuRatio.toFixed(2),
      };
    });
    print(`${connections} connection${connections === 1 ? '' : 's'}`, rows);
  }
  const memory = middle(
    figures
      .get('fetch from memory')
      .get(1)
      .map(({ p50 }) => p50),
  );
  print('What each kind of request makes the stores do', [
    ...operations.map(([name, made]) => ({
      '': name,
      tier: made.tier ?? '',
      KV: made.kv,
      D1: made.d1,
      DO: made.do,
      target: '',
    })),
    {
      '': 'creating a version',
      tier: '',
      KV: work.version.kv,
      D1: work.version.d1,
      DO: work.version.do,
      target: 'D1 ≤ 3',
    },
    {
      '': 'deploying 20 items, 20 prompts in the tenant',
      tier: '',
      KV: work.few.kv,
      D1: work.few.d1,
      DO: work.few.do,
      target: 'D1 ≤ 8',
    },
    {
      '': `deploying 20 items, ${work.prompts} prompts in the tenant`,
      tier: '',
      KV: work.many.kv,
      D1: work.many.d1,
      DO: work.many.do,
      target: 'D1 ≤ 8',
    },
  ]);
  print('Single figures', [
    { '': 'fetch from memory, p50 at one connection', measured: `${memory.toFixed(3)} ms`, target: '≤ 0.25 ms' },
    { '': 'one login, CPU', measured: `${work.login.toFixed(3)} s`, target: '≤ 0.4 s' },
  ]);
}
