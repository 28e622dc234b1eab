import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { dataset } from '../../support/datasets.ts';
import { evaluate, evaluation, evaluator, results, Works } from '../../support/evaluations.ts';
import { model } from '../../support/executions.ts';
import { fresh, house, type House } from '../../support/house.ts';
import { withMethod } from '../../support/interruption.ts';
import { asset, assetVersion, ok, prompt, version } from '../../support/team.ts';
import { told } from '../../support/told.ts';
import { book, upstream } from '../../support/upstream/question.ts';
import { TEXT } from '../../support/upstream/wire.mjs';
import { d1 } from '../../support/workbench.ts';

const PRICES = { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 };

let home: House;

beforeAll(async () => {
  home = await house();
  await model(home.ada, 'echo', { prices: PRICES });
  await model(home.ada, 'short', { prices: PRICES, parameters: { maxTokens: 1 } });
  await prompt(home.eve, 'greet', 'Hello {{name}}', { translations: [{ locale: 'de', text: 'Hallo {{name}}' }] });
  await version(home.eve, 'greet', '1.1.0', 'Hi {{name}}', { model: { name: 'echo' } });
  await evaluator(home.eve, 'same');
  await evaluator(home.eve, 'hello', 'contains', { values: ['Hello'] });
  await dataset(home.eve, 'names', named(8));
});

const named = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ input: { name: `N${i}` }, expected: `Hello N${i}` }));

/** A model that behaves as a scenario of the fake providers says. */
async function behaving(scenario: string, more: object = {}) {
  const { id, baseUrl } = upstream(scenario, 'openai-compatible');
  const called = fresh('fake');
  await model(home.ada, called, { provider: 'openai-compatible', model: 'fake-1', baseUrl, ...more });
  return { called, requests: async () => (await book(id)).requests };
}

const wish = (of: object = {}) => ({
  prompt: 'greet',
  tags: ['1.0.0'],
  models: ['echo'],
  dataset: 'names',
  evaluators: ['same'],
  ...of,
});

/** Asks for an evaluation, and has all of it done. @param before what happens between the two */
async function ran(of: object = {}, before: () => Promise<unknown> = async () => undefined) {
  const works = new Works();
  const accepted = await ok(evaluate(works.as(home.eve), wish(of)), 202);
  await before();
  await works.drain();
  return { id: accepted.id, found: await evaluation(home.eve, accepted.id), all: await results(home.eve, accepted.id) };
}

const executionsOf = (id: string) =>
  d1(
    `SELECT *, metadata ->> 'evaluator' AS judge FROM executions WHERE tenant_id = ? AND metadata ->> 'evaluation' = ? ORDER BY id`,
    home.tenantId,
    id,
  );
const scoresOf = (all: any[]) => all.map(({ scores }) => scores?.map(({ score }: any) => score) ?? null);

describe('an evaluation', () => {
  it('runs every item in every pass, tells of itself, and can be read', async () => {
    const works = new Works();
    const answer = await evaluate(
      works.as(home.eve),
      wish({ tags: ['1.0.0', '1.1.0'], evaluators: ['same', 'hello'] }),
    );
    expect(answer.status).toBe(202);
    const self = `/v1/evaluations/${answer.body.id}`;
    const links = { self, results: `${self}/results`, comparison: `${self}/comparison`, stream: `${self}/stream` };
    expect(answer.body).toEqual({ id: expect.stringMatching(/^evl_/), status: 'queued', links });
    const { id } = answer.body;
    const before = await evaluation(home.eve, id);
    expect(before).toMatchObject({
      status: 'queued',
      reason: null,
      prompt: 'greet',
      dataset: { name: 'names', items: 8 },
      evaluators: [
        { name: 'same', type: 'exact', revision: 1 },
        { name: 'hello', type: 'contains', revision: 1 },
      ],
      passes: [
        { tag: '1.0.0', model: 'echo', modelRevision: 1 },
        { tag: '1.1.0', model: 'echo', modelRevision: 1 },
      ],
      locale: null,
      progress: { done: 0, failed: 0, total: 16 },
      costMicros: 0,
      runsAs: { kind: 'user', id: home.eve.id },
      createdBy: home.eve.id,
      startedAt: null,
      finishedAt: null,
      links,
    });
    await works.drain();
    // Two words in, two out: 2 + 2 × 2 millionths.
    const after = await evaluation(home.eve, id);
    expect(after).toMatchObject({ status: 'completed', progress: { done: 16, failed: 0, total: 16 }, costMicros: 96 });
    expect(after.startedAt).not.toBeNull();
    expect(after.finishedAt).not.toBeNull();
    const all = await results(home.eve, id);
    expect(all).toHaveLength(16);
    expect(all[1]).toEqual({
      itemId: all[0].itemId,
      tag: '1.1.0',
      model: 'echo',
      status: 'completed',
      input: { name: 'N0' },
      expected: 'Hello N0',
      output: 'Hi N0',
      outputIsWhole: true,
      scores: [
        { evaluator: 'same', score: 0, passed: false, detail: expect.any(String), executionId: null },
        { evaluator: 'hello', score: 0, passed: false, detail: expect.any(String), executionId: null },
      ],
      error: null,
      executionId: expect.stringMatching(/^exe_/),
      latencyMs: expect.any(Number),
      usage: { inputTokens: 2, outputTokens: 2, costMicros: 6 },
      judgeCostMicros: 0,
      finishedAt: expect.any(String),
    });
    const run = await ok(home.eve.send('GET', `/v1/executions/${all[1].executionId}`));
    expect(run).toMatchObject({ tag: '1.1.0', environment: null, createdBy: home.eve.id, variables: { name: 'N0' } });
    expect(run.metadata).toEqual({ evaluation: id, item: all[1].itemId });
    const moves = (await told(home.tenantId, id)).filter(({ type }) => type.startsWith('evaluation.'));
    expect(moves.map(({ type }) => type)).toEqual([
      'evaluation.fan_out',
      'evaluation.created',
      ...Array.from({ length: 16 }, () => 'evaluation.item'),
      'evaluation.completed',
    ]);
    expect(moves.at(-1)?.body).toMatchObject({
      evaluationId: id,
      prompt: 'greet',
      done: 16,
      failed: 0,
      total: 16,
      costMicros: 96,
    });
    const events = await d1('SELECT action FROM audit_events WHERE tenant_id = ? AND entity_id = ?', home.tenantId, id);
    expect(events).toEqual([{ action: 'evaluation.create' }]);
  });

  it('has a pass for each tag on each model', async () => {
    const { found, all } = await ran({ tags: ['1.0.0', '1.1.0'], models: ['echo', 'short'] });
    const passes = found.passes.map(({ tag, model: name }: any) => `${tag} ${name}`);
    expect(passes).toEqual(['1.0.0 echo', '1.0.0 short', '1.1.0 echo', '1.1.0 short']);
    expect(all.slice(0, 4).map(({ output }) => output)).toEqual(['Hello N0', 'Hello ', 'Hi N0', 'Hi ']);
    const filtered = await results(home.eve, found.id, '&tag=1.1.0&model=short');
    expect(filtered).toEqual(all.filter(({ tag, model: name }) => tag === '1.1.0' && name === 'short'));
    expect(await results(home.eve, found.id, '&tag=9.9.9')).toEqual([]);
  });

  it('runs a version on the model that it names, where none is given', async () => {
    const { found } = await ran({ tags: ['1.1.0'], models: undefined });
    expect(found).toMatchObject({ status: 'completed', passes: [{ tag: '1.1.0', model: 'echo' }] });
  });

  it('reads the newest version by `latest`, and speaks a locale', async () => {
    const { found, all } = await ran({ tags: ['latest', '1.0.0'], locale: 'de-AT' });
    expect(found).toMatchObject({ passes: [{ tag: '1.1.0' }, { tag: '1.0.0' }], locale: 'de-AT' });
    expect(all.slice(0, 2).map(({ output }) => output)).toEqual(['Hi N0', 'Hallo N0']);
  });

  it('is run as things were when it was made', async () => {
    const named = fresh('changing');
    await model(home.ada, named, { prices: PRICES });
    await evaluator(home.eve, named, 'contains', { values: ['Hello'] });
    const { found, all } = await ran({ models: [named], evaluators: [named] }, async () => {
      await ok(home.ada.send('PATCH', `/v1/models/${named}`, { parameters: { maxTokens: 1 } }));
      await ok(home.eve.send('PATCH', `/v1/evaluators/${named}`, { config: { values: ['Goodbye'] } }));
    });
    expect(found).toMatchObject({ status: 'completed', passes: [{ modelRevision: 1 }], evaluators: [{ revision: 1 }] });
    expect(all.map(({ output }) => output)).toEqual(all.map(({ expected }) => expected));
    expect(scoresOf(all).flat()).toEqual(all.map(() => 1));
    const again = await ran({ models: [named], evaluators: [named] });
    expect(again.found).toMatchObject({ passes: [{ modelRevision: 2 }], evaluators: [{ revision: 2 }] });
    expect(scoresOf(again.all).flat()).toEqual(all.map(() => 0));
  });

  it('stands still when a version was changed under it', async () => {
    const name = fresh('retold');
    await prompt(home.eve, name, 'Hello {{name}}');
    const { found } = await ran({ prompt: name }, () =>
      ok(home.eve.send('PUT', `/v1/prompts/${name}/versions/1.0.0/translations/fr`, { text: 'Bonjour {{name}}' })),
    );
    expect(found).toMatchObject({ status: 'paused', reason: { code: 'state_conflict' }, progress: { done: 0 } });
    expect(found.reason.message).toContain('was changed');
  });

  it('includes what its versions included when it was made, however deep', async () => {
    const name = fresh('including');
    await asset(home.eve, `${name}/mark`, '!');
    await asset(home.eve, `${name}/voice`, `Be brief{{asset:${name}/mark}}`);
    await prompt(home.eve, name, `Hello {{name}}. {{asset:${name}/voice}}`);
    const { found, all } = await ran({ prompt: name }, async () => {
      await assetVersion(home.eve, `${name}/voice`, '2.0.0', `Be long{{asset:${name}/mark}}`);
      await assetVersion(home.eve, `${name}/mark`, '2.0.0', '?');
    });
    expect(found.status).toBe('completed');
    expect(all[0].output).toBe('Hello N0. Be brief!');
    const changed = await ran({ prompt: name }, () =>
      ok(
        home.eve.send('PUT', `/v1/assets/${encodeURIComponent(`${name}/mark`)}/versions/2.0.0/translations/fr`, {
          text: '…',
        }),
      ),
    );
    expect(changed.found).toMatchObject({ status: 'paused', reason: { code: 'state_conflict' } });
    expect(changed.found.reason.message).toContain(`"${name}/mark" was changed`);
  });

  it('asks the model that it names and none that would answer in its place', async () => {
    const { called, requests } = await behaving('bad-request', { fallbacks: ['echo'] });
    const { found, all } = await ran({ models: [called] });
    expect(found).toMatchObject({ status: 'completed', progress: { done: 8, failed: 8, total: 8 }, costMicros: 0 });
    expect(all[0]).toMatchObject({ status: 'failed', error: { code: 'invalid_request' }, scores: null, output: null });
    expect(await requests()).toBe(8);
    expect(await results(home.eve, found.id, '&status=failed')).toHaveLength(8);
    expect(await results(home.eve, found.id, '&status=completed')).toEqual([]);
  });

  it('fails an item that lacks a variable, and goes on', async () => {
    const name = fresh('gaps');
    await dataset(home.eve, name, [
      { input: { name: 'A' }, expected: 'Hello A' },
      { input: { nome: 'B' } },
      { input: { name: 'C' } },
    ]);
    const { found, all } = await ran({ dataset: name });
    expect(found.progress).toEqual({ done: 3, failed: 1, total: 3 });
    expect(all.map(({ status, error }) => [status, error?.code])).toEqual([
      ['completed', undefined],
      ['failed', 'missing_variables'],
      ['completed', undefined],
    ]);
    expect(all[1].executionId).toMatch(/^exe_/);
    // Without an expected answer it cannot say, which is no failure and no nought.
    expect(all[2]).toMatchObject({ output: 'Hello C', scores: [{ score: null, passed: null }] });
    const { rows } = await ok(home.eve.send('GET', `/v1/evaluations/${found.id}/comparison`));
    expect(rows[0]).toMatchObject({
      results: 3,
      failed: 1,
      passRate: 0.333333,
      overall: { n: 1, mean: 1, interval: null },
    });
  });

  it('scores what is not stored, and shows nothing of it', async () => {
    await ok(home.ada.send('PATCH', '/v1/execution-settings', { storeOutputs: 'none' }));
    try {
      const { found, all } = await ran();
      expect(found.progress).toEqual({ done: 8, failed: 0, total: 8 });
      expect(scoresOf(all).flat()).toEqual(all.map(() => 1));
      expect(all.every(({ output, outputIsWhole }) => output === null && !outputIsWhole)).toBe(true);
    } finally {
      await ok(home.ada.send('PATCH', '/v1/execution-settings', { storeOutputs: 'whole' }));
    }
  });

  it('shows the beginning of a long answer', async () => {
    const name = fresh('long');
    await dataset(home.eve, name, [{ input: { name: 'x'.repeat(3_000) } }]);
    const { all } = await ran({ dataset: name, evaluators: ['hello'] });
    expect(all[0]).toMatchObject({ output: `Hello ${'x'.repeat(1_994)}`, outputIsWhole: false });
  });
});

describe('a run that fails and may do better', () => {
  it('is run anew, under another id', async () => {
    // Each run asks three times by itself.
    const { called, requests } = await behaving('flaky-3', { prices: PRICES });
    const name = fresh('one');
    await dataset(home.eve, name, [{ input: { name: 'A' }, expected: TEXT }]);
    const { found, all } = await ran({ models: [called], dataset: name });
    expect(found).toMatchObject({ status: 'completed', progress: { done: 1, failed: 0, total: 1 } });
    expect(all[0]).toMatchObject({ status: 'completed', output: TEXT, scores: [{ score: 1 }] });
    expect(await requests()).toBe(4);
    const runs = await executionsOf(found.id);
    expect(runs.map(({ status }) => status)).toEqual(['failed', 'completed']);
    expect(found.costMicros).toBe(runs[1].cost_micros);
  });

  it('is given up after the fourth time', async () => {
    // Asked once a run: the circuit opens at the fifth failure in a row.
    const { called } = await behaving('status-409');
    const name = fresh('one');
    await dataset(home.eve, name, [{ input: { name: 'A' }, expected: 'Hello A' }]);
    const { found, all } = await ran({ models: [called], dataset: name });
    expect(found).toMatchObject({ status: 'completed', progress: { done: 1, failed: 1, total: 1 } });
    expect(all[0]).toMatchObject({ status: 'failed', error: { code: expect.any(String) } });
    expect(await executionsOf(found.id)).toHaveLength(4);
  }, 60_000);
});

describe('a judge', () => {
  const judging = async (scenario: string, more: object = {}) => {
    const fake = await behaving(scenario, { prices: PRICES });
    const name = fresh('judge');
    await evaluator(home.eve, name, 'llm_judge', {
      model: fake.called,
      rubric: 'Is it polite?',
      scale: { min: 1, max: 5 },
      threshold: 0.5,
      ...more,
    });
    return { ...fake, name };
  };

  it('is asked for each answer, in a run of its own; its reasons are kept and its cost is counted', async () => {
    const { name, called, requests } = await judging('judge-4');
    const { id, found, all } = await ran({ evaluators: ['same', name] });
    expect(found).toMatchObject({ status: 'completed', progress: { failed: 0 } });
    expect(await requests()).toBe(8);
    const runs = await executionsOf(id);
    const judges = runs.filter(({ judge }) => judge === name);
    expect(judges).toHaveLength(8);
    expect(all[0].scores[1]).toEqual({
      evaluator: name,
      score: 0.75,
      passed: true,
      detail: 'It is so.',
      executionId: expect.stringMatching(/^exe_/),
    });
    expect(new Set(all.map(({ scores }) => scores[1].executionId))).toEqual(new Set(judges.map((judge) => judge.id)));
    const cost = judges.reduce((sum, judge) => sum + judge.cost_micros, 0);
    expect(cost).toBeGreaterThan(0);
    expect(found).toMatchObject({ costMicros: 8 * 6, judgeCostMicros: cost });
    const run = await ok(home.eve.send('GET', `/v1/executions/${all[0].scores[1].executionId}`));
    expect(run).toMatchObject({
      prompt: `evaluator:${name}`,
      tag: '1',
      model: { name: called },
      createdBy: home.eve.id,
    });
    const { rows } = await ok(home.eve.send('GET', `/v1/evaluations/${id}/comparison`));
    expect(rows[0]).toMatchObject({
      judgeCostMicros: cost,
      scores: [{ mean: 1 }, { evaluator: name, mean: 0.75, passRate: 1 }],
    });
  });

  it('that is not understood is asked again, and what that cost is counted too', async () => {
    const { name } = await judging('judge-5-2');
    const data = fresh('one');
    await dataset(home.eve, data, [{ input: { name: 'A' } }]);
    const { id, found, all } = await ran({ evaluators: [name], dataset: data });
    expect(all[0]).toMatchObject({ status: 'completed', scores: [{ score: 1, passed: true }] });
    const judges = (await executionsOf(id)).filter(({ judge }) => judge === name);
    expect(judges.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
    expect(found.judgeCostMicros).toBe(judges.reduce((sum, judge) => sum + judge.cost_micros, 0));
    expect(all[0].judgeCostMicros).toBe(found.judgeCostMicros);
    // What was judged was run once.
    expect((await executionsOf(id)).filter(({ judge }) => judge === null)).toHaveLength(1);
  });

  it('that is never understood fails the result, and other scores stay', async () => {
    const { name } = await judging('judge-9');
    const data = fresh('one');
    await dataset(home.eve, data, [{ input: { name: 'A' }, expected: 'Hello A' }]);
    const { id, found, all } = await ran({ evaluators: [name, 'same'], dataset: data });
    expect(found.progress).toEqual({ done: 1, failed: 1, total: 1 });
    expect(all[0]).toMatchObject({
      status: 'failed',
      error: { code: 'judge_not_understood' },
      scores: [{ score: null, passed: null }, { score: 1 }],
    });
    expect(all[0].scores[0].detail).toContain('no number from 1 to 5');
    expect((await executionsOf(id)).filter(({ judge }) => judge === name)).toHaveLength(4);
    const { rows } = await ok(home.eve.send('GET', `/v1/evaluations/${id}/comparison`));
    expect(rows[0]).toMatchObject({ failed: 1, overall: { n: 0 }, scores: [{ n: 0 }, { n: 1, mean: 1 }] });
  });

  it('is asked in the revision that its model had', async () => {
    const { name, called } = await judging('judge-3');
    const { found } = await ran({ evaluators: [name] }, () =>
      ok(home.ada.send('PATCH', `/v1/models/${called}`, { model: 'fake-2' })),
    );
    const runs = await executionsOf(found.id);
    expect(runs.filter(({ judge }) => judge === name).map((judge) => judge.model_revision)).toEqual(Array(8).fill(1));
  });
});

describe('an answer that was lost before it could be scored', () => {
  it.each([
    ['whole', 'completed', undefined],
    ['none', 'failed', 'output_not_stored'],
  ])('where outputs are stored %s, the result is %s', async (storeOutputs, status, code) => {
    await ok(home.ada.send('PATCH', '/v1/execution-settings', { storeOutputs }));
    try {
      const works = new Works();
      const name = fresh('one');
      await dataset(home.eve, name, [{ input: { name: 'A' }, expected: 'Hello A' }]);
      const { id } = await ok(evaluate(works.as(home.eve), wish({ dataset: name })), 202);
      await works.hand(works.take());
      // The consumer breaks off when it would write down what came of it.
      vi.spyOn(console, 'error').mockImplementation(() => undefined);
      let batches = 0;
      const DB = withMethod(env.DB, 'batch', (batch) => (statements) => {
        batches += 1;
        if (batches === 5) throw new Error('crashed');
        return batch(statements);
      });
      const [message] = works.take();
      expect(await works.hand([message!], { DB })).toBe(0);
      const [run] = await executionsOf(id);
      expect(run.status).toBe('completed');
      const object = env.EXECUTIONS.getByName(`${home.tenantId}:${run.id}`);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 + 1_000 });
      expect(await runDurableObjectAlarm(object)).toBe(true);
      vi.useRealTimers();
      await works.drain();
      const [result] = await results(home.eve, id);
      expect([result.status, result.error?.code]).toEqual([status, code]);
      expect(await executionsOf(id)).toHaveLength(1);
      expect((await evaluation(home.eve, id)).costMicros).toBe(6);
    } finally {
      await ok(home.ada.send('PATCH', '/v1/execution-settings', { storeOutputs: 'whole' }));
    }
  });
});
