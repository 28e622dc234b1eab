import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { execute, executed, model, readEvents, streamedEvents, textOf } from '../../support/executions.ts';
import { fresh, house, type House, refusal } from '../../support/house.ts';
import { withMethod } from '../../support/interruption.ts';
import { leaksOf } from '../../support/secrets.ts';
import { ok, prompt, version } from '../../support/team.ts';
import { book, KEY, upstream } from '../../support/upstream/question.ts';
import { TEXT } from '../../support/upstream/wire.mjs';
import { bearer } from '../../support/watcher.ts';
import { d1, sendWith } from '../../support/workbench.ts';

let home: House;
let other: House;

beforeAll(async () => {
  [home, other] = [await house(), await house('Zoe')];
  for (const { ada, eve } of [home, other]) {
    await prompt(eve, 'say', '{{{what}}}');
    await model(ada, 'echo', { prices: { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 1_000_000 } });
    await ok(ada.send('PUT', '/v1/provider-credentials/openai', { apiKey: KEY }));
  }
  await model(home.ada, 'slow', { parameters: { delayMs: 30 } });
});

afterEach(() => vi.useRealTimers());

/** A model of the fake provider. */
async function fake(scenario: string, whose = home): Promise<{ name: string; id: string }> {
  const { id, baseUrl } = upstream(scenario, 'openai');
  const name = fresh('fake');
  const prices = { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 1_000_000 };
  await model(whose.ada, name, { provider: 'openai', model: 'fake-1', baseUrl, prices });
  return { name, id };
}

const store = (change: object, whose = home) => ok(whose.ada.send('PATCH', '/v1/execution-settings', change));
const found = (id: string) => ok(home.ben.send('GET', `/v1/executions/${id}`));
const say = (what: string, more: object = {}) =>
  executed(home.eve, 'say', { tag: '1.0.0', model: 'echo', variables: { what }, ...more });
const eventsOf = (id: string) => streamedEvents(`/v1/executions/${id}/events`, bearer(home.eve));
const objectOf = (id: string) => env.EXECUTIONS.getByName(`${home.tenantId}:${id}`);

/** Where something is kept for good. An object forgets after ten minutes. */
const kept = async (text: string): Promise<string[]> =>
  (await leaksOf([text])).filter((place) => /^(?:row|r2|kv|log)/.test(place));

interface Person {
  email: string;
  card: string;
  key: string;
  /** All of it. */
  text: string;
}

let people = 0;
function person(): Person {
  const email = `grace.hopper${++people}.${crypto.randomUUID().slice(0, 8)}@example.com`;
  const card = '4111 1111 1111 1111';
  const key = `sk-proj-${crypto.randomUUID().replaceAll('-', '')}Ab9Xy7Qw`;
  return { email, card, key, text: `Write to ${email} about ${card} with ${key} today` };
}
const MASKED = 'Write to [email] about [card] with [secret] today';

const LEVELS = ['none', 'masked', 'whole'] as const;
const storedAs = (level: (typeof LEVELS)[number], whole: string, masked: string): string | null =>
  ({ none: null, masked, whole })[level];

describe.each(LEVELS)('what is stored: %s', (level) => {
  beforeAll(() => store({ storeInputs: level, storeOutputs: level }));

  const check = async (who: Person) => {
    for (const part of [who.email, who.key]) expect((await kept(part)).length > 0, part).toBe(level === 'whole');
  };

  it('of what completed; who waits or watches is told all the same', async () => {
    const who = person();
    const ended = await say(who.text, { metadata: { asked: [who.text] } });
    expect(ended).toMatchObject({ status: 'completed', output: who.text });
    const events = await eventsOf(ended.id);
    expect(events.at(-1)).toMatchObject({ type: 'job_complete', output: who.text });
    expect(textOf(events)).toBe(who.text);
    const stored = storedAs(level, who.text, MASKED);
    const inputs =
      level === 'none'
        ? { variables: null, metadata: null }
        : { variables: { what: stored }, metadata: { asked: [stored] } };
    const look = await found(ended.id);
    expect(look).toMatchObject({ status: 'completed', output: stored, ...inputs });
    expect(look.usage).toEqual(ended.usage);
    const [listed] = (await ok(home.ben.send('GET', '/v1/executions?limit=1'))).data;
    expect(listed).toMatchObject({ id: ended.id, metadata: inputs.metadata });
    expect(Object.keys(listed)).not.toEqual(expect.arrayContaining(['output']));
    for (const field of ['output', 'toolCalls', 'variables', 'links']) expect(listed).not.toHaveProperty(field);
    await check(who);
    // The log is gone: what is stored is all that is left.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 + 1_000 });
    expect(await runDurableObjectAlarm(objectOf(ended.id))).toBe(true);
    vi.useRealTimers();
    expect(await eventsOf(ended.id)).toMatchObject([{ type: 'job_complete', output: stored }]);
    if (level !== 'whole')
      expect((await leaksOf([who.email])).filter((place) => place.startsWith('object'))).toEqual([]);
  });

  it('of what failed, with what the provider said', async () => {
    const who = person();
    const { name } = await fake('error-echo');
    const ended = await say(who.email, { model: name });
    expect(ended).toMatchObject({ status: 'failed', output: null, error: { code: 'invalid_request' } });
    expect((await eventsOf(ended.id)).at(-1)).toMatchObject({
      type: 'job_failed',
      error: { message: expect.stringContaining(who.email) },
    });
    const { error } = await found(ended.id);
    expect(error.code).toBe('invalid_request');
    if (level === 'whole') expect(error.message).toContain(who.email);
    else expect(error.message).toBe(level === 'none' ? '' : ended.error.message);
    if (level === 'masked') expect(error.message).toContain('[email]');
    expect((await kept(who.email)).length > 0).toBe(level === 'whole');
  });

  it('of what was cancelled, as far as it came', async () => {
    const who = person();
    const what = `${who.email} ${'and so on '.repeat(100)}`;
    const { id, links } = await ok(execute(home.eve, 'say', { tag: '1.0.0', model: 'slow', variables: { what } }), 202);
    const reader = await readEvents(links.events, bearer(home.eve));
    for (let event = await reader.next(); event.type !== 'token_chunk'; event = await reader.next());
    await reader.cancel();
    const cancelled = await ok(home.eve.send('POST', `${links.self}/cancel`));
    expect(cancelled.status).toBe('cancelled');
    if (level === 'none') expect(cancelled.output).toBeNull();
    else expect(cancelled.output.startsWith(level === 'masked' ? '[email]' : who.email)).toBe(true);
    expect(await found(id)).toMatchObject({ output: cancelled.output });
    expect((await kept(who.email)).length > 0).toBe(level === 'whole');
  });

  it('of tool calls', async () => {
    const who = person();
    const { name } = await fake('tool-echo');
    const ended = await say(who.text, { model: name });
    expect(ended.finishReason).toBe('tool_calls');
    const whole = [{ id: 'call_echo_1', name: 'send', arguments: JSON.stringify({ to: who.text }) }];
    expect((await eventsOf(ended.id)).at(-1).toolCalls).toEqual(whole);
    const masked = [{ ...whole[0], arguments: JSON.stringify({ to: MASKED }) }];
    expect((await found(ended.id)).toolCalls).toEqual({ none: [], masked, whole }[level]);
    await check(who);
  });

  it('of an output that is too large for a row', async () => {
    const who = person();
    const what = `${'lorem ipsum '.repeat(25_000)}${who.text}`;
    const ended = await say(what);
    expect(ended.output).toBe(what);
    expect((await eventsOf(ended.id)).at(-1).output).toBe(what);
    const [row] = await d1('SELECT output, output_key AS key FROM executions WHERE id = ?', ended.id);
    const stored = storedAs(level, what, what.replace(who.text, MASKED));
    expect((await found(ended.id)).output).toBe(stored);
    expect(row.output).toBeNull();
    if (stored === null) expect(row.key).toBeNull();
    else {
      expect(row.key).toBe(`executions/${home.tenantId}/${ended.id}`);
      expect(await (await env.OUTPUTS.get(row.key))?.text()).toBe(stored);
    }
    await check(who);
  });
});

describe('inputs and outputs', () => {
  it('are stored each as it was said', async () => {
    await store({ storeInputs: 'none', storeOutputs: 'whole' });
    const first = await say('one two');
    expect(await found(first.id)).toMatchObject({ variables: null, output: 'one two' });
    await store({ storeInputs: 'whole', storeOutputs: 'none' });
    const second = await say('one two');
    expect(await found(second.id)).toMatchObject({ variables: { what: 'one two' }, output: null });
    expect(await found(first.id)).toMatchObject({ variables: null, output: 'one two' });
  });
});

describe('a large output', () => {
  beforeAll(() => store({ storeInputs: 'none', storeOutputs: 'whole' }));

  it('of 256 KiB is in its row, of a byte more in R2, from where its last event is made too', async () => {
    const most = `ü ${'y'.repeat(256 * 1024 - 3)}`;
    const inRow = await say(most);
    const inR2 = await say(`${most}z`);
    const rows = await d1(
      'SELECT id, length(output) AS length, output_key AS key FROM executions WHERE id IN (?, ?) ORDER BY id',
      inRow.id,
      inR2.id,
    );
    expect(rows).toEqual([
      { id: inRow.id, length: most.length, key: null },
      { id: inR2.id, length: null, key: `executions/${home.tenantId}/${inR2.id}` },
    ]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 + 1_000 });
    expect(await runDurableObjectAlarm(objectOf(inR2.id))).toBe(true);
    vi.useRealTimers();
    expect(await eventsOf(inR2.id)).toMatchObject([{ type: 'job_complete', output: `${most}z` }]);
  });

  it('is taken up to 8 Mi characters, and no further', async () => {
    const [most, more] = [await fake('large-128-64'), await fake('large-129-64')];
    const taken = await say('it', { model: most.name });
    expect(taken).toMatchObject({ status: 'completed' });
    expect(taken.output).toHaveLength(8 * 1024 * 1024);
    const refused = await say('it', { model: more.name });
    expect(refused).toMatchObject({ status: 'failed', error: { code: 'output_too_long', retryable: false } });
    expect((await book(more.id)).requests).toBe(1);
    await eventually(async () => expect((await book(more.id)).open).toBe(0));
    expect((await found(refused.id)).output).toHaveLength(8 * 1024 * 1024);
  });

  it('is streamed in pieces that can be kept, none of which cuts a character in two', async () => {
    const [wide, halves] = [await fake('wide'), await fake('halves')];
    for (const [{ name }, length] of [
      [wide, 1_100_003],
      [halves, 13],
    ] as const) {
      const ended = await say('it', { model: name });
      expect(ended).toMatchObject({ status: 'completed', attempt: 1 });
      expect(ended.output).toHaveLength(length);
      const texts = (await eventsOf(ended.id)).flatMap(({ type, text }) => (type === 'token_chunk' ? [text] : []));
      expect(texts.join('') === ended.output).toBe(true);
      for (const text of texts) {
        expect(text.isWellFormed()).toBe(true);
        expect(text.length).toBeLessThanOrEqual(64 * 1024);
      }
    }
  });

  it('is an empty one where nothing was said, to who waits and who looks', async () => {
    const { name } = await fake('silent');
    const ended = await say('it', { model: name });
    expect(ended).toMatchObject({ status: 'completed', output: '' });
    expect((await found(ended.id)).output).toBe('');
  });

  it('of tool calls is taken up to 512 KiB, as they are in JSON', async () => {
    const [most, more] = [await fake('calls-4-120'), await fake('calls-0-64')];
    const taken = await say('it', { model: most.name });
    expect(taken).toMatchObject({ status: 'completed', finishReason: 'tool_calls' });
    expect((await found(taken.id)).toolCalls).toEqual(taken.toolCalls);
    expect(taken.toolCalls.map((call: any) => call.arguments.length)).toEqual(Array(4).fill(120 * 1024));
    const refused = await say('it', { model: more.name });
    expect(refused).toMatchObject({ status: 'failed', attempt: 1, error: { code: 'output_too_long' } });
    expect(await book(more.id)).toMatchObject({ requests: 1 });
  });

  it('needs a question that is not too large itself', async () => {
    const twice = fresh('twice');
    await prompt(home.eve, twice, '{{{what}}}{{{what}}}');
    const before = await d1('SELECT count(*) AS n FROM executions');
    const run = (length: number, end = '') =>
      execute(home.eve, twice, { tag: '1.0.0', model: 'echo', variables: { what: 'x'.repeat(length) + end } });
    const answer = await run(750_000);
    expect(refusal(answer)).toEqual([413, 'payload_too_large']);
    expect(answer.body.detail).toContain('1500000');
    expect(await d1('SELECT count(*) AS n FROM executions')).toEqual(before);
    // One character that is no Latin-1, and the object keeps two bytes for each.
    expect(refusal(await run(550_000, 'λ'))).toEqual([413, 'payload_too_large']);
    expect(await d1('SELECT count(*) AS n FROM executions')).toEqual(before);
    expect((await run(749_900)).status).toBe(202);
    expect((await run(374_900, 'λ')).status).toBe(202);
  });
});

describe('an answer that is kept for runs of the same', () => {
  beforeAll(() => store({ storeInputs: 'whole', storeOutputs: 'whole' }));

  const cold = { temperature: 0 };
  const same = { cache: true, parameters: cold };

  it('is given again, as it was streamed, at no cost, without asking anybody', async () => {
    const { name, id } = await fake('tokens');
    const first = await say('hot', { model: name, ...same });
    expect(first).toMatchObject({ status: 'completed', cached: false, usage: { costMicros: 37 } });
    const second = await say('hot', { model: name, ...same });
    expect(second).toMatchObject({
      cached: true,
      output: first.output,
      finishReason: first.finishReason,
      usage: { inputTokens: 25, outputTokens: 12, costMicros: 0 },
      model: first.model,
    });
    expect((await book(id)).requests).toBe(1);
    const events = await eventsOf(second.id);
    expect(events.map(({ type }) => type)).toEqual(['job_started', 'token_chunk', 'job_complete']);
    expect(textOf(events)).toBe(first.output);
    expect(events.at(-1)).toMatchObject({ cached: true, usage: { costMicros: 0 } });
    expect((await eventsOf(first.id)).at(-1).cached).toBe(false);
    expect(await found(second.id)).toMatchObject({ cached: true, output: first.output });
    const bodies = await d1(
      `SELECT body FROM told WHERE type = 'execution.completed' AND body LIKE ?`,
      `%${second.id}%`,
    );
    expect(JSON.parse(bodies[0].body)).toMatchObject({ cached: true, usage: { costMicros: 0 } });
  });

  it('is played back without cutting a character in two', async () => {
    const what = `${'x'.repeat(64 * 1024 - 1)}🌍`;
    await say(what, same);
    const again = await say(what, same);
    expect(again.cached).toBe(true);
    const texts = (await eventsOf(again.id)).flatMap(({ type, text }) => (type === 'token_chunk' ? [text] : []));
    expect(texts.map((text) => text.length)).toEqual([64 * 1024 - 1, 2]);
  });

  it('is with its tool calls', async () => {
    const { name, id } = await fake('tool-calls');
    const first = await say('tools', { model: name, ...same });
    const second = await say('tools', { model: name, ...same });
    expect(first.toolCalls).toHaveLength(2);
    expect(second).toMatchObject({ cached: true, toolCalls: first.toolCalls, finishReason: 'tool_calls' });
    expect((await book(id)).requests).toBe(1);
  });

  it('is another’s where anything differs', async () => {
    const { name, id } = await fake('tokens');
    const run = async (what: string, more: object = {}, by = home) =>
      (await executed(by.eve, 'say', { tag: '1.0.0', model: name, variables: { what }, ...same, ...more })).cached;
    expect([await run('a'), await run('a')]).toEqual([false, true]);
    expect([await run('b'), await run('b')]).toEqual([false, true]);
    expect(await run('a', { parameters: { ...cold, maxTokens: 7 } })).toBe(false);
    expect(await run('a', { parameters: { ...cold, seed: 1 } })).toBe(false);
    // Words of the same, in another order.
    expect(await run('a', { parameters: { seed: 1, ...cold } })).toBe(true);
    await version(home.eve, 'say', '1.1.0', '{{{what}}}', { changeMessage: 'the same' });
    expect(await run('a', { tag: '1.1.0' })).toBe(false);
    expect([await run('a', { cache: false }), await run('a', { cache: undefined })]).toEqual([false, false]);
    expect(await run('a')).toBe(true);
    // A new revision is another model, whatever it changed.
    await ok(home.ada.send('PATCH', `/v1/models/${name}`, { contextWindow: 1_000 }));
    expect([await run('a'), await run('a')]).toEqual([false, true]);
    // Another tenant with all the same.
    const { baseUrl } = await ok(home.ada.send('GET', `/v1/models/${name}`));
    await model(other.ada, name, { provider: 'openai', model: 'fake-1', baseUrl });
    expect([await run('a', {}, other), await run('a', {}, other)]).toEqual([false, true]);
    expect((await book(id)).requests).toBe(9);
  });

  it('needs a temperature of 0, wherever that is said', async () => {
    for (const parameters of [undefined, { temperature: 0.1 }, { temperature: 1 }]) {
      const answer = await execute(home.eve, 'say', {
        tag: '1.0.0',
        model: 'echo',
        variables: { what: 'x' },
        cache: true,
        parameters,
      });
      expect(refusal(answer)).toEqual([400, 'validation_failed']);
      expect(answer.body.errors).toMatchObject([{ path: 'parameters.temperature', code: 'not_deterministic' }]);
    }
    await model(home.ada, 'cold', { parameters: cold });
    await say('x', { model: 'cold', cache: true });
    expect((await say('x', { model: 'cold', cache: true })).cached).toBe(true);
  });

  it('is kept only where outputs may be stored whole', async () => {
    for (const storeOutputs of ['masked', 'none']) {
      await store({ storeOutputs });
      const who = person();
      for (let i = 0; i < 2; i++) expect((await say(who.text, same)).cached).toBe(false);
      expect((await leaksOf([who.email])).filter((place) => place.startsWith('kv'))).toEqual([]);
    }
    await store({ storeOutputs: 'whole' });
    const kept = await say('kept', same);
    await store({ storeOutputs: 'masked' });
    expect([kept.cached, (await say('kept', same)).cached]).toEqual([false, false]);
    await store({ storeOutputs: 'whole' });
    expect((await say('kept', same)).cached).toBe(true);
  });

  it('is not of a fallback, which answered in the first one’s place', async () => {
    const { name } = await fake('flaky-1');
    await model(home.ada, 'warm', { parameters: { temperature: 1 } });
    await ok(home.ada.send('PATCH', `/v1/models/${name}`, { fallbacks: ['warm'] }));
    const run = () => say('x', { model: name, retries: 0, cache: true, parameters: cold });
    expect(await run()).toMatchObject({ cached: false, model: { name: 'warm' } });
    expect(await run()).toMatchObject({ cached: false, model: { name }, output: TEXT });
    expect(await run()).toMatchObject({ cached: true, model: { name }, output: TEXT });
  });

  it('is another’s where the credential says to ask elsewhere', async () => {
    const [here, there] = [upstream('tokens', 'anthropic'), upstream('tokens', 'anthropic')];
    const at = ({ baseUrl }: { baseUrl: string }) =>
      ok(home.ada.send('PUT', '/v1/provider-credentials/anthropic', { apiKey: KEY, baseUrl }));
    await model(home.ada, 'wherever', { provider: 'anthropic', model: 'fake-1' });
    const run = async () => (await say('x', { model: 'wherever', ...same })).cached;
    await at(here);
    expect([await run(), await run()]).toEqual([false, true]);
    await at(there);
    expect([await run(), await run()]).toEqual([false, true]);
    await at(here);
    expect(await run()).toBe(true);
    expect([await book(here.id), await book(there.id)]).toMatchObject([{ requests: 1 }, { requests: 1 }]);
  });

  it('is not of a run that failed or was cancelled', async () => {
    const { name, id } = await fake('flaky-1');
    const run = () => say('x', { model: name, retries: 0, ...same });
    expect(await run()).toMatchObject({ status: 'failed', cached: false });
    expect(await run()).toMatchObject({ status: 'completed', cached: false });
    expect(await run()).toMatchObject({ status: 'completed', cached: true });
    expect((await book(id)).requests).toBe(2);
    const what = 'and so on '.repeat(50);
    const { links } = await ok(
      execute(home.eve, 'say', { tag: '1.0.0', model: 'slow', variables: { what }, ...same }),
      202,
    );
    await ok(home.eve.send('POST', `${links.self}/cancel`));
    const quick = { ...cold, delayMs: 30 };
    const again = await ok(
      execute(home.eve, 'say', { tag: '1.0.0', model: 'slow', variables: { what }, cache: true, parameters: quick }),
      202,
    );
    expect((await found(again.id)).cached).toBe(false);
    await ok(home.eve.send('POST', `${again.links.self}/cancel`));
  });

  it('does not stop anything when KV fails', async () => {
    await say('kv', same);
    const EDGE = withMethod(env.EDGE, 'get', () => () => Promise.reject(new Error('KV is gone')));
    const body = { tag: '1.0.0', model: 'echo', variables: { what: 'kv' }, ...same };
    const answer = await sendWith({ EDGE })('POST', '/v1/prompts/say/execute?wait=true', body, bearer(home.eve));
    expect(answer).toMatchObject({ status: 200, body: { status: 'completed', cached: false, output: 'kv' } });
  });
});
