import { beforeAll, describe, expect, it } from 'vitest';
import { owner, type Person } from '../../support/client.ts';
import { asked, cell, counted, ended, eventAt, feedback, fetched, queryOf } from '../../support/analytics.ts';
import { expectProblem } from '../../support/problems.ts';
import { apiKey, type Key, member, prompt } from '../../support/team.ts';

let ada: Person;
let ben: Person;
let eve: Person;
let app: Key;
const ids: Record<string, string> = {};

const HOUR = 3_600_000;
const NOW = Date.now();
const iso = (at: number): string => new Date(at).toISOString();

beforeAll(async () => {
  ada = await owner('Ada');
  ben = await member(ada, 'editor', 'ben');
  eve = await owner('Eve');
  app = await apiKey(ada, ['edge:read', 'analytics:read']);
  for (const name of ['dear', 'cheap', '=1+1', 'idle']) ids[name] = (await prompt(ada, name, 'Hello')).id;
  const [dear = '', cheap = '', formula = ''] = [ids['dear'], ids['cheap'], ids['=1+1']];
  const run = (at: number, promptId: string, costMicros: number, more: object = {}) =>
    ended(ada.tenantId, at, promptId, {
      usage: { inputTokens: 1, outputTokens: 2, costMicros },
      createdBy: ada.id,
      personId: ada.id,
      ...more,
    });
  await counted(
    run(NOW - 2 * HOUR, dear, 500, { latencyMs: 100 }),
    run(NOW - 50 * HOUR, dear, 400, {
      latencyMs: 1_000,
      model: { name: 'good', revision: 2, provider: 'mock', model: 'm' },
    }),
    run(NOW - 3 * HOUR, cheap, 30, { createdBy: ben.id, personId: ben.id }),
    run(NOW - 3 * HOUR, cheap, 20, { createdBy: app.id, personId: ada.id, environment: 'staging' }),
    run(NOW - 40 * 24 * HOUR, cheap, 9_999),
    fetched(ada.tenantId, NOW - HOUR, cell(formula, { count: 40, apiKeyId: app.id })),
    fetched(ada.tenantId, NOW - HOUR, cell(cheap, { count: 4, personId: ben.id })),
    fetched(ada.tenantId, NOW - 8 * 24 * HOUR, cell(cheap, { count: 3 })),
    eventAt(ada.tenantId, NOW, 'prompt.created', { promptId: dear, prompt: 'dear', kind: 'text', createdBy: ben.id }),
    ended(eve.tenantId, NOW, 'prm_of_eve', { usage: { inputTokens: 7, outputTokens: 7, costMicros: 7 } }),
  );
});

const rows = ({ data }: any, ...fields: string[]): unknown[] =>
  data.map((row: any) => fields.map((field) => row[field]));

describe('usage', () => {
  it('is told by prompt, from dear to cheap', async () => {
    const usage = await asked(ada, 'usage', { by: 'prompt' });
    expect(rows(usage, 'name', 'id', 'costMicros', 'executions', 'fetches')).toEqual([
      ['dear', ids['dear'], 900, 2, 0],
      ['cheap', ids['cheap'], 50, 2, 7],
      ['=1+1', ids['=1+1'], 0, 0, 40],
    ]);
    expect(usage).toMatchObject({ by: 'prompt', environment: null, nextCursor: null });
    const { p50, p99 } = usage.data[0].latencyMs;
    expect([Math.abs(p50 - 100) <= 1, p99]).toEqual([true, p50]);
    expect(usage.data[2].latencyMs).toBeNull();
  });

  it('is told by model, member, API key, environment, and what happened', async () => {
    expect(rows(await asked(ada, 'usage', { by: 'model' }), 'id', 'costMicros')).toEqual([
      ['fast', 550],
      ['good', 400],
    ]);
    expect(rows(await asked(ada, 'usage', { by: 'member' }), 'id', 'name', 'costMicros', 'fetches', 'events')).toEqual([
      [ada.id, 'Ada', 920, 0, 0],
      [ben.id, 'ben', 30, 4, 1],
    ]);
    expect(rows(await asked(ada, 'usage', { by: 'apiKey' }), 'id', 'name', 'costMicros', 'fetches')).toEqual([
      [app.id, 'test', 20, 40],
    ]);
    expect(rows(await asked(ada, 'usage', { by: 'environment' }), 'id', 'costMicros', 'fetches')).toEqual([
      ['production', 930, 47],
      ['staging', 20, 0],
    ]);
    const events = await asked(ada, 'usage', { by: 'event' });
    expect(rows(events, 'id', 'events')).toEqual([['prompt.created', 1]]);
  });

  it('is of one environment, by prompt', async () => {
    const usage = await asked(ada, 'usage', { by: 'prompt', environment: 'staging' });
    expect(rows(usage, 'name', 'id', 'costMicros')).toEqual([['cheap', ids['cheap'], 20]]);
    const answer = await ada.send('GET', '/v1/analytics/usage?by=model&environment=staging');
    expectProblem(answer, 400, 'validation_failed');
    expect(answer.body.errors[0].path).toBe('query.environment');
  });

  it('is of a time, to the hour', async () => {
    const hour = Math.floor((NOW - 3 * HOUR) / HOUR) * HOUR;
    const usage = await asked(ada, 'usage', { by: 'prompt', from: iso(hour + 60_000), to: iso(hour + 120_000) });
    expect([usage.from, usage.to]).toEqual([iso(hour), iso(hour + HOUR)]);
    expect(rows(usage, 'name', 'costMicros')).toEqual([['cheap', 50]]);
    const long = await asked(ada, 'usage', { by: 'prompt', from: iso(NOW - 60 * 24 * HOUR) });
    expect(rows(long, 'name', 'costMicros').slice(0, 1)).toEqual([['cheap', 10_049]]);
  });

  it('shows names to those who may see them', async () => {
    expect(rows(await asked(ben, 'usage', { by: 'apiKey' }), 'id', 'name')).toEqual([[app.id, null]]);
    expect(rows(await asked(ben, 'usage', { by: 'member' }), 'name')).toEqual([['Ada'], ['ben']]);
    expect(rows(await asked(app, 'usage', { by: 'member' }), 'name')).toEqual([[null], [null]]);
  });

  it('pages, every page of the same time', async () => {
    const found: unknown[] = [];
    let cursor: string | null = null;
    let first: any = null;
    do {
      const query: object = { by: 'prompt', limit: 1, ...(cursor === null ? {} : { cursor }) };
      const page: any = await asked(ada, 'usage', query);
      first ??= page;
      expect([page.from, page.to]).toEqual([first.from, first.to]);
      expect(page.data).toHaveLength(1);
      found.push(...rows(page, 'name'));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual([['dear'], ['cheap'], ['=1+1']]);
    const within: any = await asked(ada, 'usage', { by: 'prompt', environment: 'production', limit: 2 });
    const next = await asked(ada, 'usage', { by: 'prompt', environment: 'production', cursor: within.nextCursor });
    expect([...rows(within, 'name'), ...rows(next, 'name')]).toEqual([['dear'], ['cheap'], ['=1+1']]);
  });

  it('is CSV without formulas, all of it', async () => {
    const answer = await ada.send<string>('GET', '/v1/analytics/usage?by=prompt&format=csv&limit=1');
    const lines = answer.body.split('\r\n');
    expect(lines[0]).toMatch(/^prompt,name,fetches,/);
    expect(lines.slice(1, 4).map((line) => line.split(',').slice(0, 3))).toEqual([
      [ids['dear'], 'dear', '0'],
      [ids['cheap'], 'cheap', '7'],
      [ids['=1+1'], "'=1+1", '40'],
    ]);
    expect(answer.headers.get('link')).toBeNull();
  });

  it('has limits', async () => {
    for (const [query, path] of [
      [{}, 'query.by'],
      [{ by: 'moon' }, 'query.by'],
      [{ by: 'model', limit: 0 }, 'query.limit'],
      [{ by: 'model', limit: 101 }, 'query.limit'],
      [{ by: 'model', cursor: 'nonsense' }, 'query.cursor'],
      [{ by: 'model', from: iso(NOW), to: iso(NOW - 2 * HOUR) }, 'query.to'],
      [{ by: 'model', from: iso(NOW - 402 * 24 * HOUR) }, 'query.to'],
    ] as const) {
      const answer = await ada.send('GET', `/v1/analytics/usage${queryOf(query)}`);
      expectProblem(answer, 400, 'validation_failed', JSON.stringify(query));
      expect(answer.body.errors[0].path, JSON.stringify(query)).toBe(path);
    }
  });
});

describe('trending', () => {
  it('is prompts by activity, with the change to the days before', async () => {
    const trending = await asked(ada, 'trending');
    expect(trending).toMatchObject({ days: 7, environment: null, nextCursor: null });
    expect(Date.parse(trending.to) - Date.parse(trending.from)).toBe(7 * 24 * HOUR);
    expect(rows(trending, 'prompt', 'activity', 'before', 'change')).toEqual([
      [{ id: ids['=1+1'], name: '=1+1' }, 40, 0, null],
      [{ id: ids['cheap'], name: 'cheap' }, 6, 3, 1],
      [{ id: ids['dear'], name: 'dear' }, 2, 0, null],
    ]);
    const month = await asked(ada, 'trending', { days: 30 });
    expect(rows(month, 'activity', 'before', 'change')[1]).toEqual([9, 1, 8]);
  });

  it('is of one environment, pages, and is CSV', async () => {
    const staging = await asked(ada, 'trending', { environment: 'staging' });
    expect(rows(staging, 'prompt', 'activity')).toEqual([[{ id: ids['cheap'], name: 'cheap' }, 1]]);
    const first = await asked(ada, 'trending', { limit: 2 });
    const second = await asked(ada, 'trending', { limit: 2, cursor: first.nextCursor });
    expect([...rows(first, 'activity'), ...rows(second, 'activity')]).toEqual([[40], [6], [2]]);
    expect([second.nextCursor, second.to]).toEqual([null, first.to]);
    const { body } = await ada.send<string>('GET', '/v1/analytics/trending', undefined, { accept: 'text/csv' });
    expect(body.split('\r\n').slice(0, 3)).toEqual([
      'prompt,name,activity,before,change',
      `${ids['=1+1']},'=1+1,40,0,`,
      `${ids['cheap']},cheap,6,3,1`,
    ]);
  });

  it('has limits, and nothing of another tenant', async () => {
    for (const query of ['days=0', 'days=46', 'days=x', 'limit=101', 'cursor=x', 'environment=No']) {
      expectProblem(await ada.send('GET', `/v1/analytics/trending?${query}`), 400, 'validation_failed', query);
    }
    const trending = await asked(eve, 'trending', { days: 45 });
    expect(rows(trending, 'prompt', 'activity')).toEqual([[{ id: 'prm_of_eve', name: null }, 1]]);
  });
});

describe('variants', () => {
  const given = { environment: 'production', variant: '1.0.0' };

  it('are told by tag, with what was said of them', async () => {
    const { id } = await prompt(ada, 'tested', 'Hello');
    await counted(
      fetched(ada.tenantId, NOW - HOUR, cell(id, { ...given, count: 70 }), cell(id, { variant: '2.0.0', count: 30 })),
      // Without a subject, and elsewhere: no part of the experiment.
      fetched(ada.tenantId, NOW - HOUR, cell(id, { count: 500 }), cell(id, { ...given, environment: 'staging' })),
      ended(ada.tenantId, NOW - HOUR, id, { ...given, latencyMs: 200 }),
      ended(ada.tenantId, NOW - HOUR, id, { variant: '2.0.0', status: 'failed' }),
      feedback(ada.tenantId, NOW, id, 0.25, { variant: '1.0.0' }),
      feedback(ada.tenantId, NOW - 48 * HOUR, id, 0.75, { variant: '2.0.0' }),
      feedback(ada.tenantId, NOW - 90 * 24 * HOUR, id, 1, { variant: '0.9.0' }),
    );
    const variants = await asked(ada, 'variants', { environment: 'production', prompt: 'tested' });
    expect(variants).toMatchObject({ environment: 'production', prompt: { id, name: 'tested' } });
    expect(rows(variants, 'tag', 'fetches', 'executions', 'errors')).toEqual([
      ['1.0.0', 70, 1, 0],
      ['2.0.0', 30, 1, 1],
    ]);
    expect(rows(variants, 'feedback')).toEqual([
      [{ count: 1, mean: 0.25, interval: null }],
      [{ count: 1, mean: 0.75, interval: null }],
    ]);
    expect(variants.data[0].latencyMs.p50).toBeGreaterThan(197);
    const long = { environment: 'production', prompt: id, from: iso(NOW - 100 * 24 * HOUR) };
    expect(rows(await asked(ada, 'variants', long), 'tag')).toEqual([['0.9.0'], ['1.0.0'], ['2.0.0']]);
    const csv = await ada.send<string>('GET', `/v1/analytics/variants${queryOf(long)}&format=csv`);
    expect(csv.body.split('\r\n').map((line) => line.split(',')[0])).toEqual(['tag', '0.9.0', '1.0.0', '2.0.0', '']);
  });

  it('are asked for by environment and prompt, one’s own', async () => {
    for (const query of ['', 'environment=production', 'prompt=tested', 'environment=production&prompt=a&from=x']) {
      expectProblem(await ada.send('GET', `/v1/analytics/variants?${query}`), 400, 'validation_failed', query);
    }
    const path = `/v1/analytics/variants?environment=production&prompt=${ids['dear']}`;
    expectProblem(await eve.send('GET', path), 404, 'not_found');
    expect((await ada.send('GET', path)).body.data).toEqual([]);
    const key = await apiKey(ada, ['analytics:read'], ['staging']);
    expectProblem(await key.send('GET', path), 403, 'forbidden');
  });
});
