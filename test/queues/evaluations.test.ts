import { expect, it } from 'vitest';
import { dataset } from '../support/datasets.ts';
import { evaluate, evaluation, evaluator, results } from '../support/evaluations.ts';
import { model } from '../support/executions.ts';
import { house } from '../support/house.ts';
import { ok, prompt, version } from '../support/team.ts';
import { bearer, watch } from '../support/watcher.ts';

it('an evaluation runs to its end by itself, and whoever watches sees it', async () => {
  const home = await house();
  await model(home.ada, 'echo', { prices: { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 } });
  await prompt(home.eve, 'greet', 'Hello {{name}}');
  await version(home.eve, 'greet', '1.1.0', 'Hi {{name}}');
  await evaluator(home.eve, 'same');
  const items = Array.from({ length: 10 }, (_, i) => ({ input: { name: `N${i}` }, expected: `Hello N${i}` }));
  await dataset(home.eve, 'names', items);
  const wish = { prompt: 'greet', tags: ['1.0.0', '1.1.0'], models: ['echo'], dataset: 'names', evaluators: ['same'] };
  const { id, links } = await ok(evaluate(home.eve, wish), 202);
  const watcher = await watch(links.stream, bearer(home.ben));
  const seen: any[] = [];
  while (seen.at(-1)?.status !== 'completed') seen.push(await watcher.next());
  expect(await watcher.closed).toBe(1000);
  expect(seen.at(-1)).toMatchObject({ done: 20, failed: 0, total: 20, costMicros: 120 });
  expect(seen.map(({ done }) => done)).toEqual(seen.map(({ done }) => done).toSorted((a, b) => a - b));
  expect(await evaluation(home.ben, id)).toMatchObject({ status: 'completed' });
  expect(await results(home.ben, id)).toHaveLength(20);
  const { winner, reason } = await ok(home.ben.send('GET', links.comparison));
  expect([winner.tag, reason.code]).toEqual(['1.0.0', 'interval_excludes_zero']);
});
