import { env } from 'cloudflare:workers';
import { runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { model } from '../../support/executions.ts';
import { fresh, house, type House, refusal } from '../../support/house.ts';
import { withMethod } from '../../support/interruption.ts';
import { ok, prompt } from '../../support/team.ts';
import { bearer } from '../../support/watcher.ts';
import { sendWith } from '../../support/workbench.ts';

let home: House;
let name: string;
/** The objects that were asked for, by name, each once, as they came. */
let asked: Set<string>;

beforeEach(async () => {
  home = await house();
  name = fresh('greeting');
  await prompt(home.eve, name, 'Hello');
  await model(home.ada, 'echo');
  asked = new Set();
  // Time stands still, however slow the machine.
  later(0);
});

const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

afterEach(() => vi.useRealTimers());

const EXECUTIONS = withMethod(env.EXECUTIONS, 'getByName', (getByName) => (called: string) => {
  asked.add(called);
  return getByName(called);
});

/** Runs it, and waits for what it left to do. @returns its id */
async function run(by = home, body: object = {}, headers: object = {}): Promise<string> {
  const wish = { tag: '1.0.0', model: 'echo', ...body };
  const send = sendWith({ EXECUTIONS });
  const all = { ...bearer(by.eve), ...headers };
  return (await ok(send('POST', `/v1/prompts/${name}/execute?wait=true`, wish, all))).id;
}

/** The executions whose objects were asked for, in that order. */
const ids = () => [...asked].map((called) => called.slice(called.indexOf(':') + 1));

describe('an object that is made ready for the next run', () => {
  it('is of who runs often, and runs what comes next', async () => {
    const first = await run();
    expect(ids()).toEqual([first]);
    const second = await run();
    const [, , third = ''] = ids();
    expect(ids()).toEqual([first, second, third]);
    expect(await run()).toBe(third);
    expect(new Set(ids()).size).toBe(4);
    const found = await ok(home.eve.send('GET', `/v1/executions/${third}`));
    expect(found).toMatchObject({ id: third, status: 'completed', output: 'Hello' });
  });

  it('is made behind a stream, too', async () => {
    await run();
    const headers = { ...bearer(home.eve), accept: 'text/event-stream' };
    const body = { tag: '1.0.0', model: 'echo' };
    const answer = await sendWith({ EXECUTIONS })('POST', `/v1/prompts/${name}/execute`, body, headers);
    const [, streamed, spare] = ids();
    expect(answer.headers.get('content-location')).toBe(`/v1/executions/${streamed}`);
    expect(await run()).toBe(spare);
  });

  it('keeps nothing until it is taken, and is not found', async () => {
    await run();
    await run();
    const [, , spare = ''] = [...asked];
    const kept = await runInDurableObject(env.EXECUTIONS.getByName(spare), async (_, { storage }) => [
      [...(await storage.list()).keys()],
      await storage.getAlarm(),
    ]);
    expect(kept).toEqual([[], null]);
    expect(refusal(await home.eve.send('GET', `/v1/executions/${ids()[2]}`))).toEqual([404, 'not_found']);
    expect((await ok(home.ada.send('GET', '/v1/execution-settings'))).use.running).toBe(0);
  });

  it('is nobody’s else', async () => {
    const other = await house('Zoe');
    await prompt(other.eve, name, 'Hello');
    await model(other.ada, 'echo');
    await run();
    await run();
    const [, , spare] = ids();
    expect(await run(other)).not.toBe(spare);
    expect(await run()).toBe(spare);
  });

  it('is one run’s, of several at once', async () => {
    await run();
    await run();
    const [, , spare] = ids();
    const all = await Promise.all([run(), run(), run()]);
    expect(all.filter((id) => id === spare)).toHaveLength(1);
    expect(new Set(all).size).toBe(3);
  });

  it('is left when it is a second old: an id says when it was drawn', async () => {
    await run();
    await run();
    const [, , spare] = ids();
    later(1_001);
    expect(await run()).not.toBe(spare);
    // Who runs once a second leaves each of them.
    expect(ids()).toHaveLength(4);
  });

  it('is no loss where it could not be made', async () => {
    await run();
    const broken = withMethod(env.EXECUTIONS, 'getByName', (getByName) => (called: string) => {
      asked.add(called);
      const gone = () => Promise.reject(new Error('gone'));
      return new Proxy(getByName(called), {
        get: (stub, method: string) => (method === 'fetch' ? gone : (...args: never[]) => stub[method](...args)),
      });
    });
    const body = { tag: '1.0.0', model: 'echo' };
    const send = sendWith({ EXECUTIONS: broken });
    await ok(send('POST', `/v1/prompts/${name}/execute?wait=true`, body, bearer(home.eve)));
    const spare = ids().at(-1);
    expect(await run()).toBe(spare);
  });
});
