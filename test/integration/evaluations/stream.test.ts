import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataset } from '../../support/datasets.ts';
import { evaluate, evaluator, Works } from '../../support/evaluations.ts';
import { model } from '../../support/executions.ts';
import { house, type House, refusal } from '../../support/house.ts';
import { alarmOf } from '../../support/interruption.ts';
import { ok, prompt } from '../../support/team.ts';
import { bearer, watch } from '../../support/watcher.ts';

let home: House;
let other: House;

beforeAll(async () => {
  [home, other] = [await house(), await house('Zoe')];
  await model(home.ada, 'echo', { prices: { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 } });
  await prompt(home.eve, 'greet', 'Hello {{name}}');
  await evaluator(home.eve, 'same');
  const items = Array.from({ length: 6 }, (_, i) => ({ input: { name: `N${i}` }, expected: 'Hello' }));
  await dataset(home.eve, 'names', items);
});

const WISH = { prompt: 'greet', tags: ['1.0.0'], models: ['echo'], dataset: 'names', evaluators: ['same'] };

async function begun() {
  const works = new Works();
  const { id, links } = await ok(evaluate(works.as(home.eve), WISH), 202);
  const object = env.EVALUATIONS.getByName(`${home.tenantId}:${id}`);
  return { works, id, path: links.stream, object, look: () => runDurableObjectAlarm(object) };
}

const progress = (status: string, done: number) => ({
  type: 'progress',
  status,
  done,
  failed: 0,
  total: 6,
  costMicros: done * 6,
  judgeCostMicros: 0,
  reason: null,
});

describe('a stream of progress', () => {
  it('tells how far it has come at once, then what has changed, and closes at the end', async () => {
    const { works, path, look } = await begun();
    const watcher = await watch(path, bearer(home.ben));
    expect(await watcher.next()).toEqual(progress('queued', 0));
    await works.hand(works.take());
    await look();
    expect(await watcher.next()).toEqual(progress('running', 0));
    await works.hand(works.take(2));
    await look();
    expect(await watcher.next()).toEqual(progress('running', 2));
    // Whoever comes later begins where it stands.
    const late = await watch(path, { 'sec-websocket-protocol': `footlight.v1, bearer.${home.eve.accessToken}` });
    expect(late.response.headers.get('sec-websocket-protocol')).toBe('footlight.v1');
    expect(await late.next()).toEqual(progress('running', 2));
    await works.drain();
    // The end is told without anybody looking.
    expect(await watcher.next()).toEqual(progress('completed', 6));
    expect(await late.next()).toEqual(progress('completed', 6));
    expect([await watcher.closed, await late.closed]).toEqual([1000, 1000]);
  });

  it('of what is over tells that, and closes', async () => {
    const { works, path, object } = await begun();
    await works.drain();
    const watcher = await watch(path, bearer(home.ben));
    expect(await watcher.next()).toEqual(progress('completed', 6));
    expect(await watcher.closed).toBe(1000);
    expect(watcher.unread()).toBe(0);
    expect(await alarmOf(object)).toBeNull();
  });

  it('tells of a cancellation at once', async () => {
    const { works, id, path } = await begun();
    const watcher = await watch(path, bearer(home.ben));
    await watcher.next();
    await ok(works.as(home.eve).send('POST', `/v1/evaluations/${id}/cancel`));
    expect(await watcher.next()).toEqual(progress('cancelled', 0));
    expect(await watcher.closed).toBe(1000);
  });

  it('is looked at while somebody watches, and no longer', async () => {
    const { works, path, object, look } = await begun();
    await works.hand(works.take());
    expect(await alarmOf(object)).toBeNull();
    const watcher = await watch(path, bearer(home.ben));
    await watcher.next();
    expect((await alarmOf(object))! - Date.now()).toBeLessThanOrEqual(1_000);
    watcher.close();
    await watcher.closed;
    await look();
    expect(await alarmOf(object)).toBeNull();
  });

  it('is closed to whoever may not see it any more', async () => {
    const { works, path, look } = await begun();
    const watcher = await watch(path, bearer(home.cy));
    await watcher.next();
    await ok(home.ada.send('DELETE', `/v1/members/${home.cy.id}`));
    await works.hand(works.take());
    await look();
    expect(await watcher.closed).toBe(4403);
    expect(watcher.unread()).toBe(0);
  });

  it('is nobody else’s, and a WebSocket', async () => {
    const { path } = await begun();
    expect(refusal(await other.ada.send('GET', path))).toEqual([404, 'not_found']);
    await expect(watch(path, bearer(other.ada))).rejects.toThrow('answered 404');
    expect(refusal(await home.ben.send('GET', path))).toEqual([426, 'upgrade_required']);
  });
});
