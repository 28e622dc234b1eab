import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { below, randomFrom } from '../../../src/evaluations/domain/random.ts';
import { sweepOutbox } from '../../../src/platform/queue/relay.ts';
import { sweepExecutions } from '../../../src/executions/public.ts';
import { Crashes, crashingDb, crashingObjects } from '../../support/crashes.ts';
import { dataset } from '../../support/datasets.ts';
import { evaluate, evaluation, evaluator, results, Works } from '../../support/evaluations.ts';
import { model } from '../../support/executions.ts';
import { house, type House } from '../../support/house.ts';
import { ok, prompt, version } from '../../support/team.ts';
import { told } from '../../support/told.ts';
import { contextWith, d1 } from '../../support/workbench.ts';

const LONG = (env as unknown as { FOOTLIGHT_LONG: string }).FOOTLIGHT_LONG !== '';
const PRICES = { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 };

let home: House;

beforeAll(async () => {
  home = await house();
  await model(home.ada, 'echo', { prices: PRICES });
  await prompt(home.eve, 'greet', 'Hello {{name}}');
  await version(home.eve, 'greet', '1.1.0', '{{name}} says hello to all');
  await evaluator(home.eve, 'same', 'exact');
  await evaluator(home.eve, 'near', 'levenshtein');
});

const items = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    input: { name: `N${i}` },
    expected: i % 3 === 0 ? `Hi N${i}` : `Hello N${i}`,
  }));

const wish = (of: object) => ({ prompt: 'greet', models: ['echo'], evaluators: ['same', 'near'], ...of });

/** What an evaluation must be, whatever happened on the way: each result there once, run once, counted once. */
async function expectExact(id: string, total: number): Promise<void> {
  const found = await evaluation(home.eve, id);
  expect(found).toMatchObject({ status: 'completed', progress: { done: total, failed: 0, total } });
  const rows = await d1(
    'SELECT * FROM evaluation_results WHERE tenant_id = ? AND evaluation_id = ?',
    home.tenantId,
    id,
  );
  expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: total }, (_, seq) => seq));
  // Those who named this evaluation: one for each result, and beside them only such as never began.
  const runs = await d1(
    `SELECT id, status, error, cost_micros AS cost FROM executions WHERE tenant_id = ? AND metadata ->> 'evaluation' = ?`,
    home.tenantId,
    id,
  );
  const ended = runs.filter(({ status }) => status === 'completed');
  expect(new Set(ended.map((run) => run.id))).toEqual(new Set(rows.map((row) => row.execution_id)));
  expect(runs.filter((run) => !ended.includes(run)).every(({ error }) => JSON.parse(error).code === 'lost')).toBe(true);
  const sum = (all: any[], of: string) => all.reduce((total, row) => total + (row[of] ?? 0), 0);
  expect(found.costMicros).toBe(sum(runs, 'cost'));
  expect(found.costMicros).toBe(sum(rows, 'cost_micros'));
  const moves = (await told(home.tenantId, id))
    .map(({ type }) => type)
    .filter((type) => type.startsWith('evaluation.'));
  expect(moves.filter((type) => type === 'evaluation.completed')).toHaveLength(1);
  const { use } = await ok(home.ada.send('GET', '/v1/execution-settings'));
  expect(use.running).toBe(0);
}

/** What of the results must be the same as of any other evaluation of the same. */
const scored = async (id: string): Promise<object[]> =>
  (await results(home.eve, id)).map(({ itemId, tag, status, scores, usage }) => ({
    itemId,
    tag,
    status,
    scores,
    usage,
  }));

/** The world as it breaks off now and then; what was accepted and lost is found a minute later. */
function breaking(works: Works, seed: string, share: number) {
  const crashes = new Crashes(seed, share);
  works.queue.refuses = () => crashes.falls();
  const bindings = {
    DB: crashingDb(crashes),
    EXECUTIONS: crashingObjects(env.EXECUTIONS, crashes),
    LIMITS: crashingObjects(env.LIMITS, crashes),
  };
  const later = contextWith(works.bindings, { now: () => Date.now() + 61_000 });
  const between = async (batches: number): Promise<void> => {
    if (batches % 10 === 0) await sweepExecutions(later);
    // Where the queue did not take what was kept in the outbox.
    if (works.queue.sent.length === 0) await sweepOutbox(later).catch(() => undefined);
  };
  return { crashes, bindings, between };
}

describe('an evaluation whose consumers crash anywhere', () => {
  it.each(LONG ? [1_000] : [50])(
    'of %d items has each result once, and costs what its executions cost',
    async (count) => {
      vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const works = new Works();
      await dataset(home.eve, 'many', items(count));
      const { id } = await ok(evaluate(works.as(home.eve), wish({ tags: ['1.0.0'], dataset: 'many' })), 202);
      const { crashes, bindings, between } = breaking(works, 'anywhere', 0.04);
      await works.drain(bindings, between);
      expect(crashes.count).toBeGreaterThan(count / 5);
      await expectExact(id, count);
    },
    900_000,
  );

  it('and whose messages come three times in any order is the same as one that went well', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const tags = ['1.0.0', '1.1.0'];
    await dataset(home.eve, 'some', items(12));
    const well = new Works();
    const calm = await ok(evaluate(well.as(home.eve), wish({ tags, dataset: 'some' })), 202);
    await well.drain();
    await expectExact(calm.id, 24);

    const works = new Works();
    const wild = await ok(evaluate(works.as(home.eve), wish({ tags, dataset: 'some' })), 202);
    const { bindings, between } = breaking(works, 'three times', 0.02);
    const random = randomFrom('any order');
    const known = new Set<string>();
    const left: typeof works.queue.sent = [];
    for (let batches = 1; works.queue.sent.length + left.length > 0; batches++) {
      // What was sent is put with the rest three times; any ten of all are handed over.
      for (const each of works.queue.sent.splice(0)) {
        left.push(each);
        if (known.has(each.body.id)) continue;
        known.add(each.body.id);
        left.push(each, each);
      }
      const ten = Array.from(
        { length: Math.min(10, left.length) },
        () => left.splice(below(random, left.length), 1)[0]!,
      );
      await works.hand(
        ten.map(({ body }) => body),
        bindings,
      );
      await between(batches);
    }
    await expectExact(wild.id, 24);
    expect(await scored(wild.id)).toEqual(await scored(calm.id));
    const compared = async (id: string) => {
      const { rows, reason } = await ok(home.eve.send('GET', `/v1/evaluations/${id}/comparison`));
      return [
        reason,
        ...rows.map(({ scores, overall, usage, costMicros }: any) => [
          scores[0].mean,
          scores[1].mean,
          overall.mean,
          usage,
          costMicros,
        ]),
      ];
    };
    expect((await compared(wild.id)).slice(1)).toEqual((await compared(calm.id)).slice(1));
  }, 120_000);
});
