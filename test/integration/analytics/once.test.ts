import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { newId } from '../../../src/kernel/ids.ts';
import type { Outgoing } from '../../../src/platform/queue/send.ts';
import worker from '../../../src/worker.ts';
import { cell, counted, ended, eventAt, feedback, fetched, numbersOf } from '../../support/analytics.ts';
import { withMethod } from '../../support/interruption.ts';
import { deliver } from '../../support/queues.ts';
import { contextWith } from '../../support/workbench.ts';

const START = Date.parse('2026-11-20T22:40:00Z');
const LONG = (env as unknown as { FOOTLIGHT_LONG: string }).FOOTLIGHT_LONG !== '';

/** An event of whatever tenant, so that two can be told the same. */
type Event = (tenantId: string) => Outgoing;

const at = fc.integer({ min: START, max: START + 4 * 3_600_000 });
const prompt = fc.constantFrom('prm_a', 'prm_b', 'prm_c');
const environment = fc.constantFrom('production', 'staging');
const variant = fc.constantFrom(null, '1.0.0', '2.0.0');
const event: fc.Arbitrary<Event> = fc.oneof(
  fc
    .tuple(
      at,
      fc.array(
        fc.record({
          promptId: prompt,
          environment,
          variant,
          kind: fc.constantFrom('fetch' as const, 'render' as const),
          count: fc.integer({ min: 1, max: 50 }),
          apiKeyId: fc.constantFrom(null, 'key_a'),
        }),
        { minLength: 1, maxLength: 4 },
      ),
    )
    .map(
      ([when, cells]): Event =>
        (tenantId) =>
          fetched(tenantId, when, ...cells.map(({ promptId, ...more }) => cell(promptId, more))),
    ),
  fc
    .tuple(
      at,
      prompt,
      fc.record({
        environment,
        variant,
        status: fc.constantFrom('completed' as const, 'failed' as const, 'cancelled' as const),
        latencyMs: fc.integer({ min: 1, max: 5_000 }),
        executionId: fc.constant('exe_01jd3z8v4q6r0s2t4v6w8y0a2c'),
      }),
    )
    .map(
      ([when, promptId, more]): Event =>
        (tenantId) =>
          ended(tenantId, when, promptId, more),
    ),
  fc.tuple(at, prompt, fc.nat(1_000), variant).map(
    ([when, promptId, score, chosen]): Event =>
      (tenantId) =>
        feedback(tenantId, when, promptId, score / 1_000, { variant: chosen, feedbackId: 'fbk_a' }),
  ),
  at.map(
    (when): Event =>
      (tenantId) =>
        eventAt(tenantId, when, 'prompt.viewed', {
          from: when,
          promptId: 'prm_a',
          prompt: 'a',
          personId: 'usr_a',
          apiKeyId: null,
          count: 2,
        }),
  ),
  at.map(
    (when): Event =>
      (tenantId) =>
        eventAt(tenantId, when, 'tenant.created', { createdBy: 'usr_a' }),
  ),
);

/** What becomes of a write to D1: it goes through, it never arrives, its answer is lost, or the consumer is gone with it. */
const fate = fc.constantFrom('well', 'well', 'refused', 'lost', 'gone before', 'gone after');

/** D1 whose batches meet their fates; once the consumer is gone, nothing of it reaches D1 any more. */
function fatefulDatabase(next: () => string): D1Database {
  let gone = false;
  const batches = withMethod(env.DB, 'batch', (batch) => async (statements: D1PreparedStatement[]) => {
    const what = gone ? 'gone before' : next();
    gone ||= what.startsWith('gone');
    if (what === 'refused' || what === 'gone before') throw new Error(`D1 is ${what}`);
    const answer: unknown = await batch(statements);
    if (what !== 'well') throw new Error(`D1 has it, and the answer is ${what}`);
    return answer;
  });
  return withMethod(batches, 'prepare', (prepare) => (query: string) => {
    if (gone) throw new Error('the consumer is gone');
    return prepare(query) as D1PreparedStatement;
  });
}

it('events that come three times, in any order, to consumers that crash are counted as if once and in order', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  vi.spyOn(console, 'log').mockImplementation(() => undefined);
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 1, maxLength: 25, size: 'max' }),
      fc.infiniteStream(fate),
      fc.infiniteStream(fc.nat()),
      async (events, fates, lots) => {
        const [once, often] = [newId('tenant', START), newId('tenant', START + 1)];
        await counted(...events.map((tell) => tell(once)));
        const told = events.map((tell) => tell(often));
        const left = [...told, ...told, ...told];
        const draw = (below: number): number => Number(lots.next().value) % below;
        for (let rounds = 0; left.length > 0; rounds++) {
          const some = Array.from({ length: Math.min(left.length, 1 + draw(12)) }, () => {
            const [one] = left.splice(draw(left.length), 1);
            return one;
          });
          // In the end the sun shines.
          const DB = rounds > 60 ? env.DB : fatefulDatabase(() => String(fates.next().value));
          const { acknowledged } = await deliver('footlight-events', some, 1, (batch, context) =>
            worker.queue(batch, contextWith({ DB }).env, context),
          );
          for (const [i, message] of some.entries()) {
            if (!acknowledged.includes(i) && message !== undefined) left.push(message);
          }
        }
        expect(await numbersOf(often)).toEqual(await numbersOf(once));
      },
    ),
    { numRuns: LONG ? 200 : 12 },
  );
});

it('counts what two consumers receive at the same moment once', async () => {
  const tenantId = newId('tenant', START);
  const events = Array.from({ length: 20 }, (_, i) => ended(tenantId, START + i, 'prm_a'));
  await Promise.all([counted(...events), counted(...events.toReversed()), counted(...events.slice(5))]);
  const other = newId('tenant', START + 1);
  await counted(...Array.from({ length: 20 }, (_, i) => ended(other, START + i, 'prm_a')));
  expect((await numbersOf(tenantId))['rollups']).toEqual((await numbersOf(other))['rollups']);
});
