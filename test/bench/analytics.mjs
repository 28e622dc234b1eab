// How soon what happened is in the numbers, and how many events a consumer counts in a second.
import { setTimeout as sleep } from 'node:timers/promises';

import { openHouse } from './house.mjs';
import { Client, deploy, seedTenant } from './seed.mjs';
import { print, quantile } from './table.mjs';

/** So many of each kind, one after the other with an odd pause between, so that they fall anywhere in a window. */
const TRIALS = 30;
const PAUSE_MS = 430;
const POLL_MS = 50;
const GIVEN_UP_MS = 60_000;
const BATCHES = 40;
const TARGET_MS = 5_000;

/** @param {{scratch: string, say: (text: string) => void}} bench */
export async function runAnalytics({ scratch, say }) {
  let house;
  try {
    say('analytics: building the production bundle, starting workerd');
    house = await openHouse(scratch);
    const tenant = await seedTenant(house, 1, TRIALS);
    await deploy(tenant.person, tenant.names);
    await tenant.person.call('POST', '/v1/models', { name: 'echo', provider: 'mock', model: 'echo' });
    say(`${TRIALS} fetches and ${TRIALS} executions, each looked for in the numbers`);
    const app = new Client(house, tenant.key);
    const fetches = await trials(tenant, 'fetches', (name) => app.call('GET', `/v1/edge/development/prompts/${name}`));
    const executions = await trials(tenant, 'executions', (name) => execute(tenant.person, name));
    say(`${BATCHES} batches of 100 events`);
    const rate = await throughput(house, tenant);
    report({ fetches, executions, rate });
  } finally {
    await house?.miniflare.dispose();
  }
}

const execute = (person, name) =>
  person.call('POST', `/v1/prompts/${encodeURIComponent(name)}/execute?wait=true`, {
    tag: '1.0.0',
    model: 'echo',
    variables: { company: 'Acme', customer: 'Ada', question: 'Where?' },
    parameters: { delayMs: 0 },
  });

/** @returns for each trial, after how many milliseconds a prompt's number had gone up */
async function trials({ person, names }, field, act) {
  const seen = [];
  for (const name of names) {
    await act(name);
    seen.push(appears(person, name, field, performance.now()));
    await sleep(PAUSE_MS);
  }
  return Promise.all(seen);
}

async function appears(person, name, field, since) {
  while (performance.now() - since < GIVEN_UP_MS) {
    const { body } = await person.call('GET', `/v1/analytics/stats?prompt=${encodeURIComponent(name)}`);
    if (body.total[field] > 0) return performance.now() - since;
    await sleep(POLL_MS);
  }
  throw new Error(`what happened to ${name} is not in the numbers after ${GIVEN_UP_MS} ms`);
}

/** Events that a consumer counts in a second, a hundred executions at a time. */
async function throughput(house, { tenantId }) {
  const worker = await house.miniflare.getWorker('footlight');
  const now = Date.now();
  const began = performance.now();
  for (let batch = 0; batch < BATCHES; batch++) {
    const messages = Array.from({ length: 100 }, (_, i) => ({
      id: `${batch}-${i}`,
      timestamp: new Date(now),
      attempts: 1,
      body: execution(tenantId, now - i * 60_000, batch * 100 + i),
    }));
    const { outcome, explicitAcks } = await worker.queue('footlight-events', messages);
    if (outcome !== 'ok' || explicitAcks.length < 100) throw new Error(`a batch ended as ${outcome}`);
  }
  return (BATCHES * 100) / ((performance.now() - began) / 1000);
}

const execution = (tenantId, at, number) => ({
  v: 1,
  id: `out_${String(number).padStart(26, '0')}`,
  tenantId,
  type: 'execution.completed',
  at,
  body: {
    executionId: `exe_${String(number).padStart(26, '0')}`,
    status: 'completed',
    promptId: `prm_${number % 10}`,
    prompt: `bench/${number % 10}`,
    tag: '1.0.0',
    versionId: 'ver_bench',
    environment: 'production',
    variant: null,
    createdBy: 'key_bench',
    personId: 'usr_bench',
    createdAt: at,
    finishedAt: at,
    cached: false,
    model: { name: 'fast', revision: 1, provider: 'mock', model: 'echo' },
    usage: { inputTokens: 100, outputTokens: 200, costMicros: 300 },
    latencyMs: 100 + (number % 900),
    timeToFirstTokenMs: 50,
    errorCode: null,
  },
});

function report({ fetches, executions, rate }) {
  const row = (name, times) => ({
    '': name,
    p50: `${(quantile(times, 0.5) / 1000).toFixed(2)} s`,
    p95: `${(quantile(times, 0.95) / 1000).toFixed(2)} s`,
    longest: `${(Math.max(...times) / 1000).toFixed(2)} s`,
    target: `p95 < ${TARGET_MS / 1000} s`,
  });
  print('From what happened to the numbers, asked over HTTP', [
    row('a fetch (gathered for 2 s, then a queue that waits 1 s)', fetches),
    row('an execution (an outbox, then a queue that waits 1 s)', executions),
  ]);
  print('A consumer', [{ '': 'events counted in a second, a hundred at a time', measured: rate.toFixed(0) }]);
}
