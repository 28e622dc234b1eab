import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { execute, executed, model, readEvents, streamedEvents, textOf } from '../../support/executions.ts';
import { fresh, house, type House } from '../../support/house.ts';
import { ok, prompt } from '../../support/team.ts';
import { book, KEY, type Protocol, upstream } from '../../support/upstream/question.ts';
import { TEXT } from '../../support/upstream/wire.mjs';
import { bearer } from '../../support/watcher.ts';
import { d1 } from '../../support/workbench.ts';

let home: House;
let other: House;
let name: string;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
  name = fresh('question');
  for (const { eve, ada } of [home, other]) {
    await prompt(eve, name, 'What is the answer?');
    for (const provider of ['openai', 'anthropic', 'openai-compatible']) {
      await ok(ada.send('PUT', `/v1/provider-credentials/${provider}`, { apiKey: KEY }));
    }
  }
});

/** A model that behaves as a scenario of the fake providers says. */
async function behaving(scenario: string, more: object = {}, protocol: Protocol = 'openai', whose = home) {
  const { id, baseUrl } = upstream(scenario, protocol);
  const called = fresh('fake');
  await model(whose.ada, called, { provider: protocol, model: 'fake-1', baseUrl, ...more });
  return { model: called, id, baseUrl };
}

const run = async (body: object, whose = home) => {
  const accepted = await ok(execute(whose.eve, name, { tag: '1.0.0', ...body }), 202);
  const events = await streamedEvents(accepted.links.events, bearer(whose.eve));
  return { events, last: events.at(-1), execution: await ok(whose.eve.send('GET', accepted.links.self)) };
};
const types = (events: any[]) => events.map(({ type }) => type);

describe('a run on a real SDK', () => {
  it.each(['openai', 'anthropic', 'openai-compatible'] as const)(
    'of %s streams, and says what it used',
    async (protocol) => {
      const { model: called, id } = await behaving(
        'tokens',
        { prices: { inputMicrosPerMillion: 2_000_000, outputMicrosPerMillion: 10_000_000 } },
        protocol,
      );
      const { events, execution } = await run({ model: called, parameters: { temperature: 0.5, maxTokens: 50 } });
      expect(textOf(events)).toBe(TEXT);
      expect(execution).toMatchObject({
        status: 'completed',
        output: TEXT,
        model: { name: called, provider: protocol, model: 'fake-1' },
        usage: { inputTokens: 25, outputTokens: 12, costMicros: 170 },
        finishReason: 'stop',
      });
      const { requests, last } = await book(id);
      expect(requests).toBe(1);
      expect(last?.body).toMatchObject({ model: 'fake-1', temperature: 0.5, stream: true });
      expect(last?.body.messages).toMatchObject([{ role: 'user', content: 'What is the answer?' }]);
    },
  );

  it('does not know the cost of what has no price, nor of what was not counted', async () => {
    const unpriced = await behaving('tokens');
    expect((await run({ model: unpriced.model })).execution.usage).toEqual({
      inputTokens: 25,
      outputTokens: 12,
      costMicros: null,
    });
    const prices = { inputMicrosPerMillion: 1, outputMicrosPerMillion: 1 };
    const use = async () => (await ok(home.ada.send('GET', '/v1/execution-settings'))).use;
    for (const scenario of ['no-usage', 'miscounts-infinite', 'miscounts-negative']) {
      const { costMicros: before } = await use();
      const uncounted = await behaving(scenario, { prices });
      expect((await run({ model: uncounted.model })).execution.usage, scenario).toEqual({
        inputTokens: null,
        outputTokens: null,
        costMicros: null,
      });
      // Its text is counted instead, at a micro-USD for a million.
      await eventually(async () => expect(await use()).toMatchObject({ running: 0, costMicros: before + 1 }));
    }
  });

  it('gathers tool calls', async () => {
    const { model: called } = await behaving('tool-calls');
    const { last, execution } = await run({ model: called });
    expect(last).toMatchObject({ finishReason: 'tool_calls' });
    expect(execution.toolCalls).toMatchObject([
      { name: 'get_weather', arguments: '{"city": "Oslo"}' },
      { name: 'get_time', arguments: '{}' },
    ]);
    expect(last.toolCalls).toEqual(execution.toolCalls);
  });
});

describe('before the first token, a failure', () => {
  it.each([
    ['flaky-1', 'provider_unavailable', 2],
    ['rate-limited-ms-40', 'rate_limited', 2],
    ['status-408', 'timeout', 3],
    ['status-409', 'provider_error', 3],
  ])('such as %s is tried again', async (scenario, reason, requests) => {
    const { model: called, id } = await behaving(scenario);
    const { events, execution } = await run({ model: called });
    expect((await book(id)).requests).toBe(requests);
    const restarts = events.filter(({ type }) => type === 'job_restarted');
    expect(restarts.map((event) => event.reason)).toEqual(Array.from({ length: requests - 1 }, () => reason));
    expect(restarts.map(({ attempt }) => attempt)).toEqual(restarts.map((_, i) => i + 2));
    expect(events.filter(({ type }) => type === 'token_chunk').length === 0).toBe(execution.status === 'failed');
    if (execution.status === 'completed') expect(execution).toMatchObject({ output: TEXT, attempt: requests });
  });

  it.each([
    ['refused', 'authentication_failed'],
    ['bad-request', 'invalid_request'],
    ['status-404', 'model_not_found'],
    ['redirect-302', 'base_url_refused'],
    ['page-200', 'malformed_response'],
  ])('such as %s is not', async (scenario, code) => {
    const { model: called, id } = await behaving(scenario);
    const { events, last } = await run({ model: called });
    expect(types(events)).toEqual(['job_started', 'job_failed']);
    expect(last.error).toMatchObject({ code, retryable: false });
    expect((await book(id)).requests).toBe(1);
  });

  it('is tried as often as the execution says', async () => {
    const { model: called, id } = await behaving('down');
    const { last, execution } = await run({ model: called, retries: 1 });
    expect(last.error).toMatchObject({ code: 'provider_unavailable', retryable: true });
    expect(execution.attempt).toBe(2);
    expect((await book(id)).requests).toBe(2);
  });

  it('does not wait longer than the deadline lets it', async () => {
    const { model: called, id } = await behaving('rate-limited-30');
    const { last } = await run({ model: called, timeoutMs: 5_000 });
    expect(last.error).toMatchObject({ code: 'rate_limited', retryable: true });
    expect((await book(id)).requests).toBe(1);
  });

  it('goes on to the fallbacks in their order', async () => {
    const [down, refused, good] = [await behaving('down'), await behaving('refused'), await behaving('tokens')];
    const first = await behaving('down', { fallbacks: [down.model, refused.model, good.model] });
    const { events, execution } = await run({ model: first.model, retries: 0 });
    expect(events.flatMap(({ model: asked }) => asked?.name ?? [])).toEqual([
      first.model,
      down.model,
      refused.model,
      good.model,
    ]);
    expect(execution).toMatchObject({ status: 'completed', attempt: 4, model: { name: good.model }, output: TEXT });
  });

  it('is seen in the row, which says who is being asked', async () => {
    const asked = await behaving('endless-20');
    const first = await behaving('down', { fallbacks: [asked.model] });
    const { links } = await ok(execute(home.eve, name, { tag: '1.0.0', model: first.model, retries: 1 }), 202);
    await eventually(async () =>
      expect(await ok(home.eve.send('GET', links.self))).toMatchObject({
        status: 'running',
        attempt: 3,
        model: { name: asked.model, provider: 'openai', model: 'fake-1' },
      }),
    );
    await ok(home.eve.send('POST', `${links.self}/cancel`));
  });

  it('is clear where there is no credential', async () => {
    const { ada, eve } = await house('Una');
    await prompt(eve, name, 'What?');
    const { baseUrl } = upstream('tokens', 'openai');
    await model(ada, 'no-key', { provider: 'openai', model: 'x', baseUrl });
    const failed = await executed(eve, name, { tag: '1.0.0', model: 'no-key' });
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'credential_missing', retryable: false } });
    expect(failed.error.message).toContain('PUT /v1/provider-credentials/openai');
    const events = await streamedEvents(`/v1/executions/${failed.id}/events`, bearer(eve));
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'job_started'],
      [2, 'job_failed'],
    ]);
    expect(await d1('SELECT last_seq FROM executions WHERE id = ?', failed.id)).toEqual([{ last_seq: 2 }]);
  });
});

describe('a credential that cannot be opened', () => {
  it('is clear, and an admin’s to store anew', async () => {
    const { ada, eve, tenantId } = await house('Uma');
    await prompt(eve, name, 'What?');
    const { id, baseUrl } = upstream('tokens', 'openai');
    await model(ada, 'sealed', { provider: 'openai', model: 'x', baseUrl });
    const store = () => ok(ada.send('PUT', '/v1/provider-credentials/openai', { apiKey: KEY }));
    await store();
    await d1(
      `UPDATE provider_credentials SET sealed_key = substr(sealed_key, 1, length(sealed_key) - 8) || 'AAAAAAAA' WHERE tenant_id = ?`,
      tenantId,
    );
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const failed = await executed(eve, name, { tag: '1.0.0', model: 'sealed' });
    vi.restoreAllMocks();
    expect(failed).toMatchObject({ status: 'failed', attempt: 1 });
    expect(failed.error).toMatchObject({ code: 'authentication_failed', retryable: false });
    expect(failed.error.message).toContain('PUT /v1/provider-credentials/openai');
    expect((await book(id)).requests).toBe(0);
    await store();
    expect(await executed(eve, name, { tag: '1.0.0', model: 'sealed' })).toMatchObject({ status: 'completed' });
  });
});

describe('after the first token, a failure', () => {
  it.each(['cut', 'early-end', 'malformed'])('such as %s ends it', async (scenario) => {
    const { model: called, id } = await behaving(scenario);
    const { events, last, execution } = await run({ model: called });
    expect(last).toMatchObject({ type: 'job_failed', error: { retryable: true } });
    expect(['stream_interrupted', 'malformed_response']).toContain(last.error.code);
    expect((await book(id)).requests).toBe(1);
    // What was said is not lost.
    expect(execution).toMatchObject({ status: 'failed', output: textOf(events) });
    expect(TEXT.startsWith(execution.output)).toBe(true);
  });

  it('starts anew where the execution says so, and the text with it', async () => {
    const prices = { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 };
    const use = async () => (await ok(home.ada.send('GET', '/v1/execution-settings'))).use;
    const { costMicros: before } = await use();
    const good = await behaving('tokens', { prices });
    const { model: called } = await behaving('cut', { prices, fallbacks: [good.model] });
    const { events, execution } = await run({ model: called, restartable: true, retries: 1 });
    expect(events.filter(({ type }) => type === 'job_restarted').map(({ reason }) => reason)).toEqual([
      'stream_interrupted',
      'stream_interrupted',
    ]);
    expect(textOf(events)).toBe(TEXT);
    expect(execution).toMatchObject({ status: 'completed', output: TEXT, model: { name: good.model } });
    // What broke off is counted: the question and what was said, three characters a token.
    const broken = [1, 2].map((attempt) => {
      const begin = events.findIndex((event) => event.attempt === attempt);
      const said = events.slice(
        begin,
        events.findIndex((event) => event.attempt === attempt + 1),
      );
      return Math.ceil('What is the answer?'.length / 3) + 2 * Math.ceil(textOf(said).length / 3);
    });
    const costMicros = 25 + 2 * 12 + (broken[0] ?? 0) + (broken[1] ?? 0);
    expect(broken.every((cost) => cost > 7)).toBe(true);
    expect(execution.usage).toEqual({ inputTokens: 25, outputTokens: 12, costMicros });
    await eventually(async () => expect(await use()).toMatchObject({ running: 0, costMicros: before + costMicros }));
  });
});

describe('what never ends', () => {
  it('ends with its deadline, and its request with it', async () => {
    const { model: called, id } = await behaving('endless-20');
    const { last, execution } = await run({ model: called, timeoutMs: 1_000 });
    expect(last).toMatchObject({ type: 'job_failed', error: { code: 'deadline_exceeded', retryable: true } });
    expect(execution.output.length).toBeGreaterThan(0);
    await eventually(async () => expect(await book(id)).toMatchObject({ requests: 1, open: 0 }));
  });

  it.each(['stall-0', 'stall-2', 'endless-20'])('(%s) is cancelled, and its request with it', async (scenario) => {
    const { model: called, id } = await behaving(scenario);
    const { body } = await execute(home.eve, name, { tag: '1.0.0', model: called });
    await eventually(async () => expect((await book(id)).open).toBe(1));
    expect(await ok(home.eve.send('POST', `${body.links.self}/cancel`))).toMatchObject({ status: 'cancelled' });
    await eventually(async () => expect((await book(id)).open).toBe(0));
  });

  it('is not cancelled by a viewer who goes', async () => {
    const { model: called, id } = await behaving('endless-20');
    const { body } = await execute(home.eve, name, { tag: '1.0.0', model: called });
    const reader = await readEvents(body.links.events, bearer(home.eve));
    await reader.next();
    await reader.cancel();
    expect((await book(id)).open).toBe(1);
    await ok(home.eve.send('POST', `${body.links.self}/cancel`));
  });
});

describe('a provider that keeps failing', () => {
  it('is left alone by this tenant for a while, then asked once', async () => {
    const { ada } = home;
    const protocol = 'openai-compatible';
    const broken = await behaving('flaky-5', {}, protocol);
    const { use: before } = await ok(ada.send('GET', '/v1/execution-settings'));
    expect(before.openCircuits).toEqual([]);
    for (let i = 0; i < 5; i++) await run({ model: broken.model, retries: 0 });
    const { use: opened } = await ok(ada.send('GET', '/v1/execution-settings'));
    expect(opened.openCircuits).toHaveLength(1);
    const refused = await run({ model: broken.model, retries: 0 });
    expect(refused.last.error).toMatchObject({ code: 'circuit_open', retryable: true });
    expect((await book(broken.id)).requests).toBe(5);
    // A fallback elsewhere still answers; other tenants know nothing of it.
    await model(ada, 'mock-behind');
    await ok(ada.send('PATCH', `/v1/models/${broken.model}`, { fallbacks: ['mock-behind'] }));
    expect((await run({ model: broken.model })).execution.model.name).toBe('mock-behind');
    await model(other.ada, 'theirs', { provider: protocol, model: 'fake-1', baseUrl: broken.baseUrl });
    expect((await run({ model: 'theirs' }, other)).execution.status).toBe('completed');
    await ok(ada.send('PATCH', `/v1/models/${broken.model}`, { fallbacks: [] }));
    // Half open: one probe, and it closes.
    const limits = env.LIMITS.getByName(home.tenantId);
    const [key = ''] = opened.openCircuits;
    const later = Date.now() + 31_000;
    expect((await limits.permit(key, 'exe_one', later)).allowed).toBe(true);
    expect((await limits.permit(key, 'exe_two', later)).allowed).toBe(false);
    await limits.report(key, 'alive', 'exe_one', later);
    expect((await run({ model: broken.model })).execution).toMatchObject({ status: 'completed', output: TEXT });
  });
});

describe('a provider that has failed, and may be asked once', () => {
  const openCircuits = async () => (await ok(home.ada.send('GET', '/v1/execution-settings'))).use.openCircuits;

  /** A model whose circuit opened so long ago that the next run is its probe. */
  async function halfOpen(scenario: string) {
    const asked = await behaving(scenario, {}, 'openai-compatible');
    const key = `openai-compatible ${asked.baseUrl}`;
    const limits = env.LIMITS.getByName(home.tenantId);
    for (let i = 0; i < 5; i++) await limits.report(key, 'down', 'exe_before', Date.now() - 31_000);
    expect(await openCircuits()).toContain(key);
    return { ...asked, key };
  }

  it('is open to all with the probe’s first word, not only with its last', async () => {
    const { model: called, key } = await halfOpen('endless-20');
    const started = [];
    for (let run = 0; run < 2; run++) {
      const { links } = await ok(execute(home.eve, name, { tag: '1.0.0', model: called }), 202);
      const reader = await readEvents(links.events, bearer(home.eve));
      expect(types([await reader.next(), await reader.next()])).toEqual(['job_started', 'token_chunk']);
      await eventually(async () => expect(await openCircuits()).not.toContain(key));
      started.push({ links, reader });
    }
    for (const { links, reader } of started) {
      await ok(home.eve.send('POST', `${links.self}/cancel`));
      await reader.cancel();
    }
  });

  it('is asked again by the probe itself', async () => {
    const { model: called, id, key } = await halfOpen('flaky-1');
    expect((await run({ model: called, retries: 1 })).execution).toMatchObject({ status: 'completed', attempt: 2 });
    expect((await book(id)).requests).toBe(2);
    await eventually(async () => expect(await openCircuits()).not.toContain(key));
    // And is left alone for longer where that was in vain, which its answer says.
    const down = await halfOpen('down');
    expect((await run({ model: down.model, retries: 1 })).last.error.code).toBe('provider_unavailable');
    expect((await run({ model: down.model })).last.error.code).toBe('circuit_open');
  });

  it('is open to all where it answers that the question will not do', async () => {
    const { model: called, key } = await halfOpen('bad-request');
    expect((await run({ model: called })).last.error.code).toBe('invalid_request');
    expect(await openCircuits()).not.toContain(key);
  });

  it('is asked by the next one where the probe found out nothing', async () => {
    const { model: called, id } = await halfOpen('rate-limited-always');
    for (let asked = 1; asked <= 2; asked++) {
      expect((await run({ model: called, retries: 0 })).last.error.code).toBe('rate_limited');
      expect((await book(id)).requests).toBe(asked);
    }
    const silent = await halfOpen('stall-0');
    for (let asked = 1; asked <= 2; asked++) {
      const { links } = await ok(execute(home.eve, name, { tag: '1.0.0', model: silent.model }), 202);
      await eventually(async () => expect((await book(silent.id)).requests).toBe(asked));
      await ok(home.eve.send('POST', `${links.self}/cancel`));
    }
  });
});
