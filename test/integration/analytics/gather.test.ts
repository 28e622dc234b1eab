import { createExecutionContext } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { countUse, EXACT_MAX, tallyOf, tellOn, type UseTally } from '../../../src/platform/queue/gather.ts';
import { parseEvent } from '../../../src/platform/queue/events.ts';
import worker from '../../../src/worker.ts';
import { asked, cell, counted, counting } from '../../support/analytics.ts';
import { owner, type Person } from '../../support/client.ts';
import { KeptQueue } from '../../support/queues.ts';
import { overhearAnswer } from '../../support/secrets.ts';
import { ok, prompt } from '../../support/team.ts';
import { activate, type Application, application, pathOf } from '../edge/fixtures.ts';

let queue: KeptQueue;
let bindings: Env;
/** What requests left to be done behind their answers. */
let left: Promise<unknown>[] = [];

beforeEach(async () => {
  // What an earlier test left behind is told to nobody.
  await tellOn(counting({ EVENTS: new KeptQueue() }), 0);
  vi.useFakeTimers({ toFake: ['setTimeout', 'Date'], now: Date.now() });
  queue = new KeptQueue();
  bindings = counting({ EVENTS: queue, LOG_LEVEL: 'error' });
  left = [];
});

afterEach(async () => {
  // Nobody is about to tell on anything any more.
  await vi.advanceTimersByTimeAsync(20_000);
  // In this order: a spy on a false clock would bring that back.
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** Calls the Worker at its door, with uses counted. */
async function ask(
  method: string,
  path: string,
  credential: string,
  body?: object,
  headers: object = {},
): Promise<any> {
  const request = new Request(`https://footlight.test${path}`, {
    method,
    headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const execution = createExecutionContext();
  execution.waitUntil = (work: Promise<unknown>) => void left.push(work);
  const response = await worker.fetch(request as never, bindings, execution);
  const text = await response.text();
  overhearAnswer(response, text);
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}

/** Lets the window pass, and gives what was told in it. */
async function told(): Promise<any[]> {
  await vi.advanceTimersByTimeAsync(2_000);
  await Promise.all(left);
  return queue.sent.splice(0).map(({ body }) => parseEvent(body));
}

/** Each cell in a line, without spaces in names. */
const cells = (messages: any[]): string[] =>
  messages
    .flatMap(({ body }) => body.cells)
    .map((one) => [one.kind, one.environment, one.prompt, one.tag, one.apiKeyId ?? one.personId, one.count].join(' '))
    .toSorted();

describe('fetches and renders', () => {
  let app: Application;

  beforeEach(async () => {
    app = await application();
    await activate(app.tenantId, 'support/greeting', { tag: '1.2.3' });
    await activate(app.tenantId, 'other name', {}, { environment: 'staging' });
  });

  it('are counted on every road, and told on once', async () => {
    const path = pathOf('support/greeting');
    // By KV, by memory, as a 304, in another language, by the router, from the database.
    expect((await ask('GET', path, app.key)).headers.get('server-timing')).toMatch(/^kv/);
    const { headers } = await ask('GET', path, app.key);
    expect(headers.get('server-timing')).toMatch(/^memory/);
    const etag = headers.get('etag') ?? '';
    expect((await ask('GET', path, app.key, undefined, { 'if-none-match': etag })).status).toBe(304);
    for (let i = 0; i < 3; i++) await ask('GET', `${path}?locale=fr`, app.key);
    await ask('GET', path, app.key, undefined, { origin: 'https://app.example.com' });
    await ask('GET', path, app.key, undefined, { 'cache-control': 'no-cache' });
    await ask('GET', path, app.person.accessToken);
    await ask('GET', pathOf('other name', 'staging'), app.key);
    const variables = { who: 'Ada' };
    const render = '/v1/edge/production/render/support/greeting';
    for (const more of [{}, { origin: 'https://app.example.com' }]) {
      expect((await ask('POST', render, app.key, { variables }, more)).status).toBe(200);
    }
    const names = ['support/greeting', 'support/greeting', 'no/such'];
    await ask('POST', '/v1/edge/production/batch', app.key, { names });
    const messages = await told();
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({ v: 1, type: 'edge.fetched', tenantId: app.tenantId });
    expect(cells(messages)).toEqual([
      `fetch production support/greeting 1.2.3 ${app.keyId} 10`,
      `fetch production support/greeting 1.2.3 ${app.person.id} 1`,
      `fetch staging other name 1.0.0 ${app.keyId} 1`,
      `render production support/greeting 1.2.3 ${app.keyId} 2`,
    ]);
    await ask('GET', path, app.key);
    expect(cells(await told())).toEqual([`fetch production support/greeting 1.2.3 ${app.keyId} 1`]);
    expect(await told()).toEqual([]);
  });

  it('of an experiment are counted by what was chosen for the subject, on every road', async () => {
    const beside = {
      tag: '2.0.0',
      versionId: 'ver_01jd3z8v4q6r0s2t4v6w8y0a2d',
      locale: 'en',
      locales: { en: { text: 'Hi {{who}}' } },
      variables: [],
      model: null,
      contentHash: 'b'.repeat(64),
      weight: 50,
    };
    await activate(app.tenantId, 'tested', { experiment: { weight: 50, variants: [beside] } });
    const expected = new Map<string, number>();
    const note = (kind: string, variant: string | null, versionId: string): void => {
      const cell = `${kind} ${variant} ${versionId}`;
      expected.set(cell, (expected.get(cell) ?? 0) + 1);
    };
    const chosen = new Set<string>();
    for (let i = 0; i < 12; i++) {
      const subject = i === 0 ? '' : `?subject=user-${i}`;
      for (const road of [{ origin: 'https://app.example.com' }, {}, {}]) {
        const { body } = await ask('GET', `${pathOf('tested')}${subject}`, app.key, undefined, road);
        note('fetch', body.variant, body.versionId);
        chosen.add(body.variant);
      }
      if (i === 0) continue;
      const wish = { variables: { who: 'Ada' }, subject: `user-${i}` };
      const rendered = await ask('POST', '/v1/edge/production/render/tested', app.key, wish);
      note('render', rendered.body.variant, rendered.body.versionId);
      const batch = { names: ['tested'], subject: `user-${i}` };
      const { data } = (await ask('POST', '/v1/edge/production/batch', app.key, batch)).body;
      note('fetch', data[0].variant, data[0].versionId);
    }
    expect(chosen).toEqual(new Set([null, '1.0.0', '2.0.0']));
    const messages = await told();
    const counted = messages
      .flatMap(({ body }) => body.cells)
      .map(({ kind, variant, versionId, tag, count }) => {
        expect(variant ?? '1.0.0').toBe(tag);
        return [`${kind} ${variant} ${versionId}`, count];
      });
    expect(new Map(counted as [string, number][])).toEqual(expected);
    expect(JSON.stringify(messages)).not.toContain('user-');
  });

  it('are not counted where they fail', async () => {
    await ask('GET', pathOf('no/such'), app.key);
    await ask('GET', pathOf('support/greeting', 'nowhere'), app.key);
    await ask('GET', pathOf('support/greeting'), `${app.key}x`);
    await ask('POST', '/v1/edge/production/render/support/greeting', app.key, { variables: {} });
    expect(await told()).toEqual([]);
  });

  it('are told to each tenant by itself', async () => {
    const other = await application();
    await activate(other.tenantId, 'support/greeting');
    for (const who of [app, other, other]) await ask('GET', pathOf('support/greeting'), who.key);
    const messages = await told();
    const counts = Object.fromEntries(messages.map(({ tenantId, body }) => [tenantId, body.cells[0].count]));
    expect(counts).toEqual({ [app.tenantId]: 1, [other.tenantId]: 2 });
  });

  it('arrive in the numbers', async () => {
    for (let i = 0; i < 4; i++) await ask('GET', pathOf('support/greeting'), app.key);
    await counted(...(await told()));
    const stats = await asked(app.person, 'stats', { environment: 'production' });
    expect(stats.total.fetches).toBe(4);
    const usage = await asked(app.person, 'usage', { by: 'apiKey' });
    expect(usage.data).toMatchObject([{ id: app.keyId, fetches: 4 }]);
  });

  it('are not counted where that is switched off', async () => {
    bindings = { ...bindings, COUNT_USES: 'off' } as Env;
    for (let i = 0; i < 3; i++) await ask('GET', pathOf('support/greeting'), app.key);
    expect(left.length).toBe(0);
    expect(await told()).toEqual([]);
  });
});

it('views of a prompt are counted, those of assets and lists are not', async () => {
  const ada = await owner('Ada');
  const { id } = await prompt(ada, 'support/greeting', 'Hello');
  for (const path of [`/v1/prompts/${id}`, '/v1/prompts/support%2Fgreeting', '/v1/prompts', '/v1/prompts/no%2Fsuch']) {
    await ask('GET', path, ada.accessToken);
  }
  const messages = await told();
  expect(messages.map(({ type, body: { from: _from, ...body } }) => ({ type, ...body }))).toEqual([
    { type: 'prompt.viewed', promptId: id, prompt: 'support/greeting', personId: ada.id, apiKeyId: null, count: 2 },
  ]);
  await counted(...messages);
  expect((await asked(ada, 'stats', { prompt: id })).total.views).toBe(2);
});

describe('the window', () => {
  const execution = { waitUntil: (work: Promise<unknown>) => void left.push(work) };
  const use = (): void => {
    const { count: _count, ...of } = cell('prm_a');
    const tally = tallyOf(bindings, 'ten_01jd3z8v4q6r0s2t4v6w8y0a2c', { type: 'edge.fetched', cell: of });
    if (tally !== null) countUse(tally, Date.now(), bindings, execution);
  };

  it('is opened by the first, and ends once', async () => {
    for (let i = 0; i < 5; i++) use();
    expect(left).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_999);
    expect(queue.sent).toHaveLength(0);
    const from = Date.now() - 1_999;
    const [message] = await told();
    expect(message.body).toMatchObject({ from, cells: [{ count: 5 }] });
    use();
    expect(left).toHaveLength(2);
  });

  it('is opened anew by a later one, where whoever was to end it is gone', async () => {
    const clock = vi.spyOn(globalThis, 'setTimeout').mockImplementationOnce((() => 0) as never);
    use();
    clock.mockRestore();
    await vi.advanceTimersByTimeAsync(14_000);
    use();
    expect([left.length, queue.sent.length]).toEqual([1, 0]);
    await vi.advanceTimersByTimeAsync(1_001);
    use();
    expect(left).toHaveLength(2);
    left = left.slice(1);
    expect((await told())[0].body.cells[0].count).toBe(3);
  });

  it('sends again under the same ids what could not be sent', async () => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const seen: string[] = [];
    queue.refuses = (bodies) => seen.push(...bodies.map(({ id }) => id)) > 0;
    use();
    expect(await told()).toEqual([]);
    queue.refuses = () => false;
    use();
    use();
    const messages = await told();
    expect(messages.map(({ id, body }) => [id === seen[0], body.cells[0].count])).toEqual([
      [true, 1],
      [false, 2],
    ]);
  });

  it('keeps so much of that and no more, and says what is lost', async () => {
    const lines: any[] = [];
    vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(JSON.parse(line)));
    vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(JSON.parse(line)));
    queue.refuses = () => true;
    for (let i = 0; i < 205; i++) {
      use();
      await tellOn(bindings, Date.now());
    }
    expect(lines.map(({ level, lost }) => [level, lost]).slice(-6)).toEqual([
      ['warn', 0],
      ...Array.from({ length: 5 }, () => ['error', 1]),
    ]);
    queue.refuses = () => false;
    await tellOn(bindings, Date.now());
    expect(queue.sent).toHaveLength(200);
  });
});

describe('100,000 fetches', () => {
  const ids = (i: number): string => `prm_${String(i).padStart(26, '0')}`;

  /** Fetches prompts in turn, as the hot path counts them. */
  function fetchAll(tenantId: string, prompts: number): void {
    const tallies = new Map<number, UseTally>();
    for (let i = 0; i < 100_000; i++) {
      const which = i % prompts;
      let tally = tallies.get(which) ?? null;
      if (tally === null) {
        const { count: _count, ...of } = cell(ids(which), { environment: which % 4 === 0 ? 'staging' : 'production' });
        tally = tallyOf(bindings, tenantId, { type: 'edge.fetched', cell: of });
        if (tally === null) throw new Error('uses are not counted');
        tallies.set(which, tally);
      }
      countUse(tally, Date.now(), bindings, { waitUntil: (work) => void left.push(work) });
    }
  }

  const totals = async (by: Person): Promise<number[]> => {
    const stats = [{}, { environment: 'production' }, { environment: 'staging' }];
    return Promise.all(stats.map(async (query) => (await asked(by, 'stats', query)).total.fetches));
  };

  it(`of ${EXACT_MAX} prompts are counted one by one`, async () => {
    const ada = await owner('Ada');
    fetchAll(ada.tenantId, EXACT_MAX);
    const messages = await told();
    await counted(...messages);
    expect(await totals(ada)).toEqual([100_000, 75_000, 25_000]);
    const each = messages.flatMap(({ body }) => body.cells.map(({ count }: any) => count));
    expect(each).toEqual(Array.from({ length: EXACT_MAX }, () => 100));
    const usage = await ok(ada.send('GET', '/v1/analytics/usage?by=prompt&limit=100'));
    for (const { fetches } of usage.data) expect(fetches).toBe(100);
  });

  it('of many more come to the same total, and each environment’s within some per cent', async () => {
    const ada = await owner('Ada');
    fetchAll(ada.tenantId, 8_000);
    const messages = await told();
    expect(messages.length).toBeLessThan(20);
    await counted(...messages);
    const [all = 0, production = 0, staging = 0] = await totals(ada);
    expect(all).toBe(100_000);
    expect(production + staging).toBe(all);
    expect(Math.abs(staging - 25_000)).toBeLessThan(0.08 * 25_000);
  });
});
