import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { execute, model, readEvents, socketEvents, streamedEvents, textOf } from '../../support/executions.ts';
import { fresh, house, type House } from '../../support/house.ts';
import { ok, prompt } from '../../support/team.ts';
import { bearer, watch } from '../../support/watcher.ts';

let home: House;
let name: string;

beforeAll(async () => {
  home = await house();
  name = fresh('slow');
  await prompt(home.eve, name, 'one two three four five six seven eight nine ten');
  await model(home.ada, 'slow', { parameters: { delayMs: 30 } });
});

const objectOf = (id: string) => env.EXECUTIONS.getByName(`${home.tenantId}:${id}`);

async function begun(more: object = {}) {
  const { body } = await execute(home.eve, name, { tag: '1.0.0', model: 'slow', ...more });
  const reader = await readEvents(body.links.events, bearer(home.eve));
  const seen = [await reader.next(), await reader.next()];
  expect(seen.map(({ type }) => type)).toEqual(['job_started', 'token_chunk']);
  return { ...body, seen, reader };
}

describe('an object that is lost in the middle of a stream', () => {
  it('says that it broke off', async () => {
    const { id, links } = await begun();
    await runInDurableObject(objectOf(id), (_, state) => state.abort('killed')).catch(() => undefined);
    const events = await streamedEvents(links.events, bearer(home.eve));
    expect(events.at(-1)).toMatchObject({ type: 'job_failed', error: { code: 'interrupted', retryable: true } });
    expect(await ok(home.eve.send('GET', links.self))).toMatchObject({
      status: 'failed',
      error: { code: 'interrupted' },
    });
  });

  it('starts anew where the execution says so', async () => {
    const { id, links } = await begun({ restartable: true });
    await runInDurableObject(objectOf(id), (_, state) => state.abort('killed')).catch(() => undefined);
    expect(await runDurableObjectAlarm(objectOf(id))).toBe(true);
    const events = await socketEvents(links.stream);
    expect(events.filter(({ type }) => type === 'job_restarted')).toHaveLength(1);
    expect(textOf(events)).toBe('one two three four five six seven eight nine ten');
    expect(events.filter(({ type }) => type === 'job_complete')).toHaveLength(1);
  });

  it('evicted', async () => {
    const { id, links, reader } = await begun();
    await reader.cancel();
    const watcher = await watch(links.stream, {});
    const first = await watcher.next();
    const t = Date.now();
    await evictDurableObject(objectOf(id));
    console.log('evicted', Date.now() - t, first.type, watcher.unread());
    const events = await streamedEvents(links.events, bearer(home.eve));
    console.log(events.map(({ type, seq }) => `${seq} ${type}`));
    await watcher.closed.then((code) => console.log(code, watcher.unread()));
  });
});
