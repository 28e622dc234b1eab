import { beforeAll, describe, expect, it } from 'vitest';
import { owner, type Person } from '../../support/client.ts';
import { asked, cell, counted, ended, eventAt, feedback, fetched, queryOf } from '../../support/analytics.ts';
import { expectProblem } from '../../support/problems.ts';
import { apiKey, ok, prompt } from '../../support/team.ts';

let ada: Person;
let eve: Person;
/** The id of ada’s prompt `support/greeting`. */
let greeting: string;

/** Days ago, at an hour (UTC). */
const ago = (days: number, hour = 12): number => {
  const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  return midnight - days * 86_400_000 + hour * 3_600_000;
};
const iso = (at: number): string => new Date(at).toISOString();
const week = { from: iso(ago(7, 0)), to: iso(ago(0, 0)) };

beforeAll(async () => {
  ada = await owner('Ada');
  eve = await owner('Eve');
  greeting = (await prompt(ada, 'support/greeting', 'Hello')).id;
  const { id: other } = await prompt(ada, 'support/parting', 'Goodbye');
  const theirs = (await prompt(eve, 'support/greeting', 'Hi')).id;
  await counted(
    fetched(ada.tenantId, ago(3), cell(greeting, { count: 7 }), cell(greeting, { kind: 'render', count: 2 })),
    fetched(ada.tenantId, ago(3, 13), cell(greeting, { environment: 'staging', count: 5 })),
    fetched(ada.tenantId, ago(2), cell(other, { count: 11 })),
    ended(ada.tenantId, ago(2), greeting, { latencyMs: 1_000 }),
    ended(ada.tenantId, ago(2, 23), greeting, { latencyMs: 3_000, environment: 'staging', cached: true }),
    ended(ada.tenantId, ago(1), greeting, { status: 'failed', usage: none, latencyMs: 9_000 }),
    ended(ada.tenantId, ago(1), greeting, { environment: null, usage: { ...none, inputTokens: 4 } }),
    feedback(ada.tenantId, ago(1), greeting, 0.6),
    feedback(ada.tenantId, ago(1, 13), greeting, 0.8),
    eventAt(ada.tenantId, ago(1), 'prompt.viewed', {
      from: ago(1),
      promptId: greeting,
      prompt: 'a',
      personId: ada.id,
      apiKeyId: null,
      count: 3,
    }),
    fetched(eve.tenantId, ago(3), cell(theirs, { count: 1_000 })),
    ended(eve.tenantId, ago(2), theirs, { usage: { inputTokens: 1_000, outputTokens: 1_000, costMicros: 1_000 } }),
  );
});

const none = { inputTokens: null, outputTokens: null, costMicros: null };

/** Of a series, one field of each point. */
const column = ({ data }: any, field: string): number[] => data.map((point: any) => point[field]);

describe('a series of days', () => {
  it('has a point for each day, with what happened in it and nothing of another tenant', async () => {
    const stats = await asked(ada, 'stats', week);
    expect(stats).toMatchObject({ ...week, interval: 'day', timezone: 'UTC', environment: null, prompt: null });
    expect(column(stats, 'start')).toEqual([7, 6, 5, 4, 3, 2, 1].map((days) => iso(ago(days, 0))));
    expect(column(stats, 'date')).toEqual([7, 6, 5, 4, 3, 2, 1].map((days) => iso(ago(days, 0)).slice(0, 10)));
    expect(column(stats, 'fetches')).toEqual([0, 0, 0, 0, 12, 11, 0]);
    expect(column(stats, 'renders')).toEqual([0, 0, 0, 0, 2, 0, 0]);
    expect(column(stats, 'views')).toEqual([0, 0, 0, 0, 0, 0, 3]);
    expect(column(stats, 'executions')).toEqual([0, 0, 0, 0, 0, 2, 2]);
    expect(column(stats, 'errors')).toEqual([0, 0, 0, 0, 0, 0, 1]);
    expect(column(stats, 'costMicros')).toEqual([0, 0, 0, 0, 0, 60, 0]);
    expect(stats.data[6]).toMatchObject({ inputTokens: 4, outputTokens: 0, unpriced: 1, cached: 0, events: 0 });
    expect(stats.data[0]).toMatchObject({ latencyMs: null, feedback: null });
    const { p50, p95, p99 } = stats.data[5].latencyMs;
    expect(Math.abs(p50 - 1_000)).toBeLessThanOrEqual(10);
    // Of two values all of these are the lower one: 0.99 × (2 − 1) is still below the second.
    expect([p95, p99]).toEqual([p50, p50]);
    expect(stats.data[6].feedback).toEqual({ count: 2, mean: 0.7, interval: { low: 0, high: 1 } });
    expect(stats.total).toMatchObject({ fetches: 23, executions: 4, errors: 1, cached: 1, inputTokens: 24 });
    expect(stats.total.feedback.count).toBe(2);
  });

  it('is of an environment, a prompt by name or id, or both', async () => {
    const production = await asked(ada, 'stats', { ...week, environment: 'production' });
    expect(column(production, 'fetches')).toEqual([0, 0, 0, 0, 7, 11, 0]);
    expect(production.environment).toBe('production');
    const byName = await asked(ada, 'stats', { ...week, prompt: 'support/greeting' });
    expect(byName.prompt).toEqual({ id: greeting, name: 'support/greeting' });
    expect(column(byName, 'fetches')).toEqual([0, 0, 0, 0, 12, 0, 0]);
    expect(await asked(ada, 'stats', { ...week, prompt: greeting })).toEqual(byName);
    const both = await asked(ada, 'stats', { ...week, prompt: greeting, environment: 'staging' });
    expect(column(both, 'fetches')).toEqual([0, 0, 0, 0, 5, 0, 0]);
    expect(column(both, 'executions')).toEqual([0, 0, 0, 0, 0, 1, 0]);
  });

  it('is of the days of a zone', async () => {
    // In Auckland the evening of 23:00 UTC is the next day's noon.
    const stats = await asked(ada, 'stats', { ...week, tz: 'Pacific/Auckland' });
    expect(stats.timezone).toBe('Pacific/Auckland');
    const byDate = Object.fromEntries(stats.data.map((point: any) => [point.date, point.executions]));
    const date = (days: number): string => iso(ago(days, 0)).slice(0, 10);
    expect([byDate[date(2)], byDate[date(1)], byDate[date(0)]]).toEqual([0, 2, 2]);
    expect(stats.total.executions).toBe(4);
  });

  it('goes on for a deleted prompt, by its id', async () => {
    const { id } = await prompt(ada, 'short/lived', 'Hello');
    await counted(fetched(ada.tenantId, ago(20), cell(id, { count: 3 })));
    await ok(ada.send('DELETE', `/v1/prompts/${id}`));
    const stats = await asked(ada, 'stats', { prompt: id });
    expect(stats.total.fetches).toBe(3);
    expectProblem(await ada.send('GET', '/v1/analytics/stats?prompt=short/lived'), 404, 'not_found');
  });
});

it('a series of hours has a point for each hour', async () => {
  const stats = await asked(ada, 'stats', { interval: 'hour', from: iso(ago(3, 11)), to: iso(ago(3, 14)) });
  expect(column(stats, 'fetches')).toEqual([0, 7, 5]);
  expect(column(stats, 'date')).toEqual([null, null, null]);
  expect(stats.data[0].start).toBe(iso(ago(3, 11)));
});

it('where nobody says, it is the last 30 days, or the last two by the hour', async () => {
  expect((await asked(ada, 'stats')).data).toHaveLength(31);
  expect((await asked(ada, 'stats', { interval: 'hour' })).data.length).toBeGreaterThanOrEqual(48);
});

it('is CSV for whoever asks for it', async () => {
  const query = queryOf({ ...week, environment: 'staging' });
  const byQuery = await ada.send<string>('GET', `/v1/analytics/stats${query}&format=csv`);
  const byHeader = await ada.send<string>('GET', `/v1/analytics/stats${query}`, undefined, { accept: 'text/csv' });
  for (const { status, headers, body } of [byQuery, byHeader]) {
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8; header=present']);
    expect(headers.get('content-disposition')).toBe('attachment; filename="stats.csv"');
    const lines = body.split('\r\n');
    expect(lines).toHaveLength(9);
    expect(lines[0]).toMatch(/^start,date,fetches,renders,.*,latencyP50Ms,.*,feedbackHigh$/);
    expect(lines[5]).toBe(`${iso(ago(3, 0))},${iso(ago(3, 0)).slice(0, 10)},5,0,0,0,0,0,0,0,0,0,0,,,,0,,,`);
  }
});

describe('what one may ask', () => {
  it('is nothing about what is not there, or another tenant’s', async () => {
    for (const query of [{ prompt: 'no/such' }, { environment: 'nowhere' }, { prompt: greeting }]) {
      expectProblem(await eve.send('GET', `/v1/analytics/stats${queryOf(query)}`), 404, 'not_found');
    }
  });

  it('is for a key that is bound to environments what is in them', async () => {
    const key = await apiKey(ada, ['analytics:read'], ['staging']);
    for (const path of ['stats', 'usage?by=model', 'trending']) {
      expectProblem(await key.send('GET', `/v1/analytics/${path}`), 403, 'forbidden');
    }
    expectProblem(await key.send('GET', '/v1/analytics/stats?environment=production'), 403, 'forbidden');
    const stats = await asked(key, 'stats', { ...week, environment: 'staging' });
    expect(stats.total.fetches).toBe(5);
    expect((await asked(key, 'trending', { environment: 'staging' })).data).toHaveLength(1);
    expect((await asked(key, 'usage', { by: 'prompt', environment: 'staging' })).data).toHaveLength(1);
  });

  it('has limits', async () => {
    const hours = (count: number) => ({
      interval: 'hour',
      from: iso(ago(40, 0)),
      to: iso(ago(40, 0) + count * 3_600_000),
    });
    const days = (count: number) => ({ from: iso(ago(399, 0)), to: iso(ago(399, 0) + count * 86_400_000) });
    expect((await asked(ada, 'stats', hours(744))).data).toHaveLength(744);
    expect((await asked(ada, 'stats', days(400))).data).toHaveLength(400);
    expect((await asked(ada, 'stats', { ...days(399), tz: 'Europe/Zurich' })).data.length).toBeGreaterThan(399 - 1);
    for (const [query, path] of [
      [hours(745), 'query.to'],
      [days(401), 'query.to'],
      [{ from: iso(ago(1)), to: iso(ago(1)) }, 'query.to'],
      [{ from: iso(ago(500)), to: iso(ago(490)), tz: 'Europe/Zurich' }, 'query.from'],
      [{ from: iso(ago(500)), to: iso(ago(490)), interval: 'hour' }, 'query.from'],
      [{ from: iso(ago(120)), to: iso(ago(110)), interval: 'hour', prompt: greeting }, 'query.from'],
      [{ tz: 'Europe/Atlantis' }, 'query.tz'],
      [{ tz: 'x'.repeat(65) }, 'query.tz'],
      [{ tz: '' }, 'query.tz'],
      [{ interval: 'week' }, 'query.interval'],
      [{ from: 'yesterday' }, 'query.from'],
      [{ to: '2026-11-20' }, 'query.to'],
      [{ prompt: '' }, 'query.prompt'],
      [{ prompt: 'x'.repeat(256) }, 'query.prompt'],
      [{ environment: 'No Name' }, 'query.environment'],
      [{ format: 'xml' }, 'query.format'],
    ] as const) {
      const answer = await ada.send('GET', `/v1/analytics/stats${queryOf(query)}`);
      expectProblem(answer, 400, 'validation_failed', JSON.stringify(query));
      expect(answer.body.errors[0].path, JSON.stringify(query)).toBe(path);
    }
  });
});
