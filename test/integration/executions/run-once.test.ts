import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { runOnce } from '../../../src/executions/public.ts';
import { newId } from '../../../src/kernel/ids.ts';
import { forActor } from '../../../src/platform/context.ts';
import { eventually } from '../../support/eventually.ts';
import { model, streamedEvents, textOf } from '../../support/executions.ts';
import { house, type House } from '../../support/house.ts';
import { withMethod } from '../../support/interruption.ts';
import { ok, prompt } from '../../support/team.ts';
import { bearer } from '../../support/watcher.ts';
import { contextWith, d1 } from '../../support/workbench.ts';

let home: House;
let contentHash: string;

beforeAll(async () => {
  home = await house();
  await prompt(home.eve, 'count', 'one two three {{last}}');
  await model(home.ada, 'echo', { prices: { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 } });
  await model(home.ada, 'slow', { parameters: { delayMs: 50 } });
  ({ contentHash } = await ok(home.eve.send('GET', '/v1/prompts/count/versions/1.0.0')));
});

const fresh = () => newId('execution', Date.now());
const question = (of: object = {}) => ({
  kind: 'prompt' as const,
  prompt: 'count',
  tag: '1.0.0',
  contentHash,
  includes: {},
  variables: { last: 'four' },
  model: 'echo',
  modelRevision: 1,
  ...of,
});

/** Runs something in Eve's name. @param changed bindings */
const run = (id: string, of: object = {}, { changed = {}, mayBegin = true, patienceMs = 20_000 } = {}) => {
  const eve = { kind: 'user', id: home.eve.id, tenantId: home.tenantId, role: 'editor', sessionId: 'ses' } as const;
  const terms = { metadata: { from: 'a test' }, patienceMs, mayBegin };
  return runOnce(forActor(contextWith(changed), eve), id, question(of), terms);
};

const rowOf = async (id: string) => (await d1('SELECT * FROM executions WHERE id = ?', id))[0];
const running = async () => (await ok(home.ada.send('GET', '/v1/execution-settings'))).use.running;

describe('what is run under an id of the caller’s', () => {
  it('is run to its end, and told whole', async () => {
    const id = fresh();
    expect(await run(id)).toEqual({
      status: 'completed',
      output: 'one two three four',
      error: null,
      latencyMs: expect.any(Number),
      inputTokens: 4,
      outputTokens: 4,
      costMicros: 12,
    });
    expect(await rowOf(id)).toMatchObject({ created_by: home.eve.id, metadata: '{"from":"a test"}', tag: '1.0.0' });
  });

  it('is run once, by however many at once and however often after', async () => {
    const id = fresh();
    const ends = await Promise.all(Array.from({ length: 5 }, () => run(id)));
    // Another question under the same id is none.
    ends.push(await run(id, { variables: { last: 'five' } }));
    for (const end of ends) expect(end).toEqual(ends[0]);
    const rows = await d1(`SELECT action FROM audit_events WHERE entity_id = ?`, id);
    expect(rows).toEqual([{ action: 'execution.create' }]);
    expect(await running()).toBe(0);
  });

  it('is only waited for where it may not begin', async () => {
    const id = fresh();
    expect(await run(id, {}, { mayBegin: false })).toBeNull();
    expect(await rowOf(id)).toBeUndefined();
    const begun = await run(id, { model: 'slow' }, { patienceMs: 1 });
    expect(begun).toBeNull();
    expect(await run(id, {}, { mayBegin: false })).toMatchObject({ status: 'completed' });
  });

  it('is run as if for the first time, where D1 would not have it at first', async () => {
    const id = fresh();
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    let batches = 0;
    const DB = withMethod(env.DB, 'batch', (batch) => async (statements) => {
      batches += 1;
      // The third is the row's; by then its object has begun.
      if (batches === 3) {
        await new Promise((resolve) => {
          setTimeout(resolve, 120);
        });
        throw new Error('D1 is down');
      }
      return batch(statements);
    });
    await expect(run(id, { model: 'slow' }, { changed: { DB } })).rejects.toThrow('D1 is down');
    expect(await rowOf(id)).toBeUndefined();
    await eventually(async () => expect(await running()).toBe(0));
    expect(await run(id, { model: 'slow' })).toMatchObject({ status: 'completed', output: 'one two three four' });
    const events = await streamedEvents(`/v1/executions/${id}/events`, bearer(home.eve));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, i) => i + 1));
    expect(events.map(({ type }) => type)).not.toContain('job_restarted');
    expect(textOf(events)).toBe('one two three four');
    expect((await rowOf(id)).time_to_first_token_ms).toBeGreaterThanOrEqual(0);
    expect(await running()).toBe(0);
  });

  it('must be the version that was meant, on the revision that was meant, in the caller’s right', async () => {
    await expect(run(fresh(), { contentHash: 'another' })).rejects.toMatchObject({ code: 'state_conflict' });
    await expect(run(fresh(), { tag: '2.0.0' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(run(fresh(), { variables: {} })).rejects.toMatchObject({ code: 'missing_variables' });
    await ok(home.ada.send('PATCH', '/v1/models/echo', { parameters: { maxTokens: 1 } }));
    expect(await run(fresh())).toMatchObject({ output: 'one two three four' });
    expect(await run(fresh(), { modelRevision: 2 })).toMatchObject({ output: 'one ' });
    await expect(run(fresh(), { modelRevision: 3 })).rejects.toMatchObject({ code: 'not_found' });
    expect(await running()).toBe(0);
  });
});
