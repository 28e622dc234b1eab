import { beforeEach, describe, expect, it } from 'vitest';
import { rebuildDay } from '../../../src/analytics/commands/rebuild.ts';
import { sweepAnalytics } from '../../../src/analytics/public.ts';
import { forActor } from '../../../src/platform/context.ts';
import { owner, type Person } from '../../support/client.ts';
import { cell, counted, ended, eventAt, feedback, fetched, numbersOf } from '../../support/analytics.ts';
import { withMethod } from '../../support/interruption.ts';
import { expectProblem } from '../../support/problems.ts';
import { apiKey, member, ok } from '../../support/team.ts';
import { contextWith, d1 } from '../../support/workbench.ts';

const DAY = 86_400_000;
const MIDNIGHT = Math.floor(Date.now() / DAY) * DAY;
const YESTERDAY = MIDNIGHT - DAY;
const nameOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

let ada: Person;
let eve: Person;

/** Events of yesterday, and of the days around it. */
const eventsOf = (tenantId: string) => [
  fetched(tenantId, YESTERDAY - 1, cell('prm_a', { count: 5 })),
  fetched(tenantId, YESTERDAY, cell('prm_a', { count: 7, variant: '1.0.0' }), cell('prm_b', { kind: 'render' })),
  fetched(tenantId, YESTERDAY + 5_000, cell('prm_a', { count: 7, apiKeyId: 'key_a' })),
  ...Array.from({ length: 30 }, (_, i) => ended(tenantId, YESTERDAY + i * 2_700_000, 'prm_a', { latencyMs: 10 * i })),
  feedback(tenantId, YESTERDAY + 80_000_000, 'prm_a', 0.5),
  eventAt(tenantId, YESTERDAY + DAY - 1, 'user.registered', { userId: 'usr_a' }),
  fetched(tenantId, MIDNIGHT, cell('prm_a', { count: 9 })),
];

beforeEach(async () => {
  ada = await owner('Ada');
  eve = await owner('Eve');
  await counted(...eventsOf(ada.tenantId), ...eventsOf(eve.tenantId));
});

const rebuild = (by: Person, day: string, headers = {}) => by.send('POST', '/v1/analytics/rebuild', { day }, headers);

describe('counting a day anew', () => {
  it('gives the same numbers, of that day and that tenant', async () => {
    const before = { ada: await numbersOf(ada.tenantId), eve: await numbersOf(eve.tenantId) };
    await d1('UPDATE rollups SET fetches = fetches + 1, latency = ? WHERE tenant_id = ?', '{"3":1}', eve.tenantId);
    await d1(
      `DELETE FROM rollups WHERE tenant_id = ? AND kind = 'model' AND bucket IN (?, ?)`,
      ada.tenantId,
      YESTERDAY / DAY,
      YESTERDAY / 3_600_000,
    );
    await d1(
      `UPDATE rollups SET executions = 1000, latency = '{"7":7}' WHERE tenant_id = ?
       AND (grain = 'day' AND bucket = ?2 OR grain = 'hour' AND bucket >= ?2 * 24 AND bucket < ?2 * 24 + 24)`,
      ada.tenantId,
      YESTERDAY / DAY,
    );
    const damaged = await numbersOf(eve.tenantId);
    const answer = await ok(rebuild(ada, nameOf(YESTERDAY)));
    expect(answer).toEqual({ day: nameOf(YESTERDAY), events: 32, uses: 15 });
    expect(await numbersOf(ada.tenantId)).toEqual(before.ada);
    expect(await numbersOf(eve.tenantId)).toEqual(damaged);
    expect(await ok(rebuild(ada, nameOf(YESTERDAY)))).toEqual(answer);
    expect(await numbersOf(ada.tenantId)).toEqual(before.ada);
  });

  it('leaves the days around it, and is audited', async () => {
    await d1(`UPDATE rollups SET fetches = 77 WHERE tenant_id = ? AND fetches IN (5, 9)`, ada.tenantId);
    const before = await numbersOf(ada.tenantId);
    await ok(rebuild(ada, nameOf(YESTERDAY)));
    expect(await numbersOf(ada.tenantId)).toEqual(before);
    await ok(rebuild(ada, nameOf(MIDNIGHT)));
    expect(await numbersOf(ada.tenantId)).not.toEqual(before);
    const { data } = await ok(ada.send('GET', '/v1/audit-events?limit=2'));
    expect(data.map((event: any) => [event.action, event.entity, event.data.events])).toEqual([
      ['analytics.rebuild', { type: 'analytics', id: nameOf(MIDNIGHT) }, 0],
      ['analytics.rebuild', { type: 'analytics', id: nameOf(YESTERDAY) }, 32],
    ]);
  });

  it('answers a repetition under an Idempotency-Key as before', async () => {
    const first = await rebuild(ada, nameOf(YESTERDAY), { 'idempotency-key': 'again' });
    const second = await rebuild(ada, nameOf(YESTERDAY), { 'idempotency-key': 'again' });
    expect([second.body, second.headers.get('idempotency-replayed')]).toEqual([first.body, 'true']);
  });

  it('takes nothing away from what comes in meanwhile', async () => {
    const late = ended(ada.tenantId, YESTERDAY + 5_000, 'prm_late');
    let told = false;
    const { DB } = contextWith().env;
    // After the log was read, before it is written: the first batch with a guard in it.
    const interposed = withMethod(DB, 'batch', (batch) => async (statements: unknown[]) => {
      if (!told && statements.length > 2) {
        told = true;
        await counted(late);
      }
      return batch(statements);
    });
    const actor = { kind: 'system', id: 'footlight', tenantId: ada.tenantId } as const;
    const rebuilt = await rebuildDay(forActor(contextWith({ DB: interposed }), actor), nameOf(YESTERDAY));
    expect([told, rebuilt.events]).toEqual([true, 33]);
    const other = await owner('Other');
    await counted(...eventsOf(other.tenantId), ended(other.tenantId, YESTERDAY + 5_000, 'prm_late'));
    expect((await numbersOf(ada.tenantId))['rollups']).toEqual((await numbersOf(other.tenantId))['rollups']);
  });

  it('gives up where too much comes in, and is right again afterwards', async () => {
    const { DB } = contextWith().env;
    const interposed = withMethod(DB, 'batch', (batch) => async (statements: unknown[]) => {
      if (statements.length > 2) await counted(ended(ada.tenantId, YESTERDAY + 5_000, 'prm_late'));
      return batch(statements);
    });
    const actor = { kind: 'system', id: 'footlight', tenantId: ada.tenantId } as const;
    const busy = rebuildDay(forActor(contextWith({ DB: interposed }), actor), nameOf(YESTERDAY));
    await expect(busy).rejects.toMatchObject({ code: 'state_conflict' });
    const before = await numbersOf(ada.tenantId);
    await ok(rebuild(ada, nameOf(YESTERDAY)));
    expect(await numbersOf(ada.tenantId)).toEqual(before);
  });

  it('is for admins, and for days whose log is there', async () => {
    expectProblem(await rebuild(await member(ada, 'editor'), nameOf(YESTERDAY)), 403, 'forbidden');
    const key = await apiKey(ada, ['analytics:read']);
    expectProblem(await key.send('POST', '/v1/analytics/rebuild', { day: nameOf(YESTERDAY) }), 403, 'forbidden');
    for (const day of [
      nameOf(MIDNIGHT + DAY),
      nameOf(MIDNIGHT - 35 * DAY),
      '2026-02-30',
      'today',
      '2026-11-20T00:00Z',
    ]) {
      const answer = await rebuild(ada, day);
      expectProblem(answer, 400, 'validation_failed', day);
      expect(answer.body.errors[0].path).toBe('day');
    }
    expect(await ok(rebuild(ada, nameOf(MIDNIGHT - 34 * DAY)))).toMatchObject({ events: 0, uses: 0 });
  });
});

it('the sweep forgets the log after 35 days, hours after 100, hours of what there are few of after 400, days after five years', async () => {
  const sets: [string, number][] = [];
  for (const days of [34, 36, 98, 102, 398, 402, 1_820, 1_835]) {
    const at = MIDNIGHT - days * DAY;
    await counted(ended(ada.tenantId, at, `prm_${days}`), fetched(ada.tenantId, at, cell(`prm_${days}`)));
    sets.push([`prm_${days}`, days]);
  }
  await sweepAnalytics(contextWith());
  const wholes = await d1(
    `SELECT bucket FROM rollups WHERE tenant_id = ? AND kind = 'whole' AND grain = 'hour' ORDER BY bucket`,
    ada.tenantId,
  );
  expect(wholes[0].bucket).toBe((MIDNIGHT - 398 * DAY) / 3_600_000);
  const left = async (query: string) => (await d1(query, ada.tenantId))[0].n;
  const kept: Record<string, unknown> = {};
  for (const [id] of sets) {
    kept[id] = [
      await left(`SELECT count(*) n FROM analytics_events WHERE tenant_id = ? AND instr(body, '${id}"') > 0`),
      await left(`SELECT count(*) n FROM analytics_uses WHERE tenant_id = ? AND instr(what, '${id}"') > 0`),
      await left(`SELECT count(*) n FROM rollups WHERE tenant_id = ? AND subject = '${id}' AND grain = 'hour'`),
      await left(`SELECT count(*) n FROM rollups WHERE tenant_id = ? AND subject = '${id}' AND grain = 'day'`),
    ];
  }
  expect(kept).toEqual({
    prm_34: [1, 1, 1, 1],
    prm_36: [0, 0, 1, 1],
    prm_98: [0, 0, 1, 1],
    prm_102: [0, 0, 0, 1],
    prm_398: [0, 0, 0, 1],
    prm_402: [0, 0, 0, 1],
    prm_1820: [0, 0, 0, 1],
    prm_1835: [0, 0, 0, 0],
  });
});
