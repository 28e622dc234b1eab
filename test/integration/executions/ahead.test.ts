import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatApiKey, parseApiKey } from '../../../src/api-keys/domain.ts';
import { model } from '../../support/executions.ts';
import { fresh, house, type House, refusal } from '../../support/house.ts';
import { withMethod } from '../../support/interruption.ts';
import { apiKey, type Key, member, ok, prompt, release, version } from '../../support/team.ts';
import { d1, sendWith } from '../../support/workbench.ts';

let home: House;
let name: string;
let key: Key;

beforeEach(async () => {
  home = await house();
  name = fresh('greeting');
  await prompt(home.eve, name, 'one', { tag: '1.0.0' });
  await model(home.ada, 'echo');
  await release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]);
  key = await apiKey(home.ada, ['executions:run', 'executions:read']);
  // Time stands still, however slow the machine.
  later(0);
});

const later = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms });

afterEach(() => vi.useRealTimers());

const WISH = { environment: 'development', model: 'echo' };
/** A body that does not say how long it is is not looked at ahead. */
const LENGTH = { 'content-length': String(JSON.stringify(WISH).length) };

/** Runs it. @param with bindings in the place of the Worker's */
const run = (by: Pick<Key, 'key'> = key, headers: object = {}, bindings: object = {}) =>
  sendWith(bindings)('POST', `/v1/prompts/${name}/execute?wait=true`, WISH, {
    authorization: `Bearer ${by.key}`,
    ...LENGTH,
    ...headers,
  });
const said = async (by: Pick<Key, 'key'> = key) => (await ok(run(by))).output;

/** How often D1 is asked for the key while something runs. */
async function reads(headers: Record<string, string> = {}): Promise<number> {
  let count = 0;
  const DB = withMethod(env.DB, 'batch', (batch) => (statements: D1PreparedStatement[]) => {
    if (JSON.stringify(statements).includes('from \\"api_keys\\"')) count++;
    return batch(statements);
  });
  await ok(run(key, headers, { DB }));
  return count;
}

/** As another isolate writes: here nobody hears of it. */
const elsewhere = d1;

describe('what a run needs, and whether its key is good', () => {
  it('is read once a second', async () => {
    expect([await reads(), await reads(), await reads()]).toEqual([1, 0, 0]);
    later(1_001);
    expect([await reads(), await reads()]).toEqual([1, 0]);
  });

  it('is read each time for who asks for the truth', async () => {
    expect(await reads()).toBe(1);
    for (const headers of [{ 'cache-control': 'no-cache' }, { 'x-min-generation': '1' }] as Record<string, string>[]) {
      expect(await reads(headers), JSON.stringify(headers)).toBe(1);
    }
  });

  it('is seen at once where it was changed here: the key, its maker, what is active, the model', async () => {
    expect(await said()).toBe('one');
    await version(home.eve, name, '2.0.0', 'two words');
    await release(home.eve, [], 'development', [`prompt:${name}@2.0.0`]);
    expect(await said()).toBe('two words');
    await ok(home.ada.send('PATCH', '/v1/models/echo', { parameters: { maxTokens: 1 } }));
    expect(await said()).toBe('two ');
    const mia = await member(home.ada, 'admin');
    const theirs = await apiKey(mia, ['executions:run', 'executions:read']);
    expect(await said(theirs)).toBe('two ');
    await ok(home.ada.send('PATCH', `/v1/members/${mia.id}`, { role: 'viewer' }));
    expect(refusal(await run(theirs))).toEqual([403, 'forbidden']);
    await ok(home.ada.send('DELETE', `/v1/api-keys/${key.id}`));
    expect(refusal(await run())).toEqual([401, 'unauthenticated']);
  });

  it('is seen within a second where it was changed elsewhere, and at once by who asks for the truth', async () => {
    expect((await run()).status).toBe(200);
    await elsewhere('UPDATE api_keys SET revoked_at = ? WHERE id = ?', Date.now(), key.id);
    expect((await run()).status).toBe(200);
    expect(refusal(await run(key, { 'cache-control': 'no-cache' }))).toEqual([401, 'unauthenticated']);
    later(1_001);
    expect(refusal(await run())).toEqual([401, 'unauthenticated']);
  });

  it('is not what was being read while it was changed', async () => {
    const changing = Promise.withResolvers<void>();
    const DB = withMethod(env.DB, 'batch', (batch) => async (statements: D1PreparedStatement[]) => {
      const results = await batch(statements);
      await changing.promise;
      return results;
    });
    const reading = run(key, {}, { DB });
    await ok(home.ada.send('DELETE', `/v1/api-keys/${key.id}`));
    changing.resolve();
    // It was asked for before.
    expect((await reading).status).toBe(200);
    expect(refusal(await run())).toEqual([401, 'unauthenticated']);
  });

  it('is each key’s, and each tenant’s own', async () => {
    const bound = await apiKey(home.ada, ['executions:run'], ['staging']);
    expect(await said()).toBe('one');
    expect(refusal(await run(bound))).toEqual([403, 'forbidden']);
    // Another's secret behind a known id.
    const forged = formatApiKey({ ...parseApiKey(key.key)!, secret: parseApiKey(bound.key)!.secret });
    expect(refusal(await run({ key: forged }))).toEqual([401, 'unauthenticated']);
    expect(await reads()).toBe(0);
    const other = await house('Zoe');
    await model(other.ada, 'echo');
    const theirs = await apiKey(other.ada, ['executions:run']);
    expect(refusal(await run(theirs))).toEqual([404, 'not_found']);
    // What they write concerns nobody here.
    expect(await reads()).toBe(0);
  });
});
