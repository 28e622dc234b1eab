import { env } from 'cloudflare:workers';
import type { D1Migration } from '@cloudflare/vitest-plugin';
import { beforeAll, describe, expect, it } from 'vitest';
import { saveVersionScores, type VersionScore } from '../../../src/evaluators/public.ts';
import { addItems, dataset, datasetPath, importFile, JSONL } from '../../support/datasets.ts';
import { evaluate, Works } from '../../support/evaluations.ts';
import { model } from '../../support/executions.ts';
import { findings, fresh, house, type House, look, refusal } from '../../support/house.ts';
import { expectProblem } from '../../support/problems.ts';
import { apiKey, move, ok, prompt, release, request, version } from '../../support/team.ts';
import { contextWith, d1 } from '../../support/workbench.ts';
import { sendInterposed } from '../content/interposed.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

const setPolicy = (environment: string, requiredEvaluation: object | null, by = home.ada) =>
  by.send('PATCH', `/v1/environments/${environment}`, { requiredEvaluation });

interface Gate {
  environment: string;
  evaluator: { id: string; name: string };
  dataset: { id: string; name: string };
}

/** An environment of its own that asks for 0.8. */
async function gate(kind = 'development', threshold = 0.8, by = home): Promise<Gate> {
  const name = fresh('gate');
  const evaluator = await ok(by.eve.send('POST', '/v1/evaluators', { name, type: 'exact' }));
  const cases = await dataset(by.eve, name, [{ input: { a: '1' }, expected: 'x' }]);
  const requiredEvaluation = { evaluator: name, dataset: name, threshold };
  await ok(by.ada.send('POST', '/v1/environments', { name, kind, requiredEvaluation }));
  return { environment: name, evaluator, dataset: cases };
}

const versionId = async (name: string, tag = '1.0.0', by = home): Promise<string> =>
  (await ok(by.ada.send('GET', `/v1/prompts/${name}/versions/${tag}`))).id;

/** As evaluations save it. */
async function score(at: Gate, id: string, value: number, more: Partial<VersionScore> = {}, by = home): Promise<void> {
  const context = contextWith();
  const row = {
    versionId: id,
    evaluatorId: at.evaluator.id,
    evaluator: at.evaluator.name,
    evaluatorRevision: 1,
    datasetId: at.dataset.id,
    dataset: at.dataset.name,
    datasetVersion: 1,
    model: 'echo',
    evaluationId: 'evl_1',
    contentHash: null,
    score: value,
    n: 10,
    total: 10,
    at: 1,
    ...more,
  };
  await context.db.batch([saveVersionScores(context.db, { tenantId: by.tenantId }, [row]) as never]);
}

/** A prompt with a translation, and the means to evaluate it in a locale. */
async function translated() {
  const at = await gate();
  const name = fresh('retold');
  await model(home.ada, name);
  await prompt(home.eve, name, 'y', { translations: [{ locale: 'de', text: 'x' }] });
  const works = new Works();
  const evaluateIt = async (locale?: string) => {
    const [cases, evaluators] = [at.dataset.name, [at.evaluator.name]];
    const wish = { prompt: name, tags: ['1.0.0'], models: [name], dataset: cases, evaluators, locale };
    await ok(evaluate(works.as(home.eve), wish), 202);
    await works.drain();
  };
  return { at, name, evaluateIt };
}

describe('a version that is served beside another', () => {
  it('needs its score as that one does', async () => {
    const at = await gate();
    const name = fresh('beside');
    await prompt(home.eve, name, 'one');
    await version(home.eve, name, '1.1.0', 'two');
    const item = { type: 'prompt', prompt: name, tag: '1.0.0', variants: [{ tag: '1.1.0', weight: 1 }] };
    const ask = () => home.eve.send('POST', '/v1/deployments', { environment: at.environment, items: [item] });
    await score(at, await versionId(name), 1);
    expect(findings(await ask())).toEqual(['items[0].variants[0] evaluation_missing']);
    const beside = await versionId(name, '1.1.0');
    await score(at, beside, 0.7);
    expect(findings(await ask())).toEqual(['items[0].variants[0] evaluation_below_threshold']);
    await score(at, beside, 0.9);
    const { id } = await ok(ask(), 201);
    // And at the moment of its execution.
    await score(at, beside, 0.7);
    expect(refusal(await move(home.eve, id, 'deploy'))).toEqual([422, 'incompatible']);
    await score(at, beside, 0.85);
    expect((await ok(move(home.eve, id, 'deploy'))).status).toBe('deployed');
    const next = await ok(ask(), 201);
    expect(next).toMatchObject({ riskLevel: 'high', items: [{ riskLevel: 'high' }] });
    const [{ code, message }] = next.riskReasons;
    expect([code, message]).toEqual(['evaluation_regressed', expect.stringContaining(' 1.1.0 scored 0.85 ')]);
  });
});

describe('an environment’s policy', () => {
  it('names an evaluator, a dataset and a threshold, as they are then', async () => {
    const { environment, evaluator, dataset: cases } = await gate('staging', 0.75);
    const at = `/v1/environments/${environment}`;
    const wanted = {
      evaluator: evaluator.name,
      evaluatorRevision: 1,
      dataset: cases.name,
      datasetVersion: 1,
      threshold: 0.75,
    };
    const made = await ok(home.ben.send('GET', at));
    expect(made.requiredEvaluation).toEqual(wanted);
    const { data } = await ok(home.ben.send('GET', '/v1/environments?limit=100'));
    expect(data.find(({ name }: any) => name === environment)).toEqual(made);
    expect(data.find(({ name }: any) => name === 'staging').requiredEvaluation).toBeNull();
    // The approvals stay where only the evaluation is changed, and the other way round.
    await ok(home.ada.send('PATCH', at, { requiredApprovals: { low: 3 } }));
    await ok(home.ada.send('PATCH', `/v1/evaluators/${evaluator.id}`, { config: { trim: false } }));
    await ok(addItems(home.ada, cases.name, [{ input: {} }]));
    expect((await ok(home.ada.send('GET', at))).requiredEvaluation).toEqual(wanted);
    // Set again it is confirmed as they are now; ids will do.
    const again = { evaluator: evaluator.id, dataset: cases.id, threshold: 1 };
    const changed = await ok(setPolicy(environment, again));
    expect(changed).toMatchObject({
      requiredApprovals: { low: 3 },
      requiredEvaluation: { ...wanted, evaluatorRevision: 2, datasetVersion: 2, threshold: 1 },
    });
    expect((await ok(setPolicy(environment, null))).requiredEvaluation).toBeNull();
    expect(await ok(home.ada.send('GET', at))).toMatchObject({
      requiredApprovals: { low: 3 },
      requiredEvaluation: null,
    });
    const events = await ok(home.ada.send('GET', `/v1/audit-events?entity=${made.id}`));
    const label = (revision: number, v: number, threshold: number) =>
      `${evaluator.name}@${revision} on ${cases.name}@${v} from ${threshold}`;
    expect(
      events.data.map(({ data: told }: any) => [told.evaluationFrom, told.evaluationTo, told.requiredEvaluation]),
    ).toEqual([
      [label(2, 2, 1), null, undefined],
      [label(1, 1, 0.75), label(2, 2, 1), undefined],
      [undefined, undefined, undefined],
      [undefined, undefined, label(1, 1, 0.75)],
    ]);
  });

  it('names what there is, within limits', async () => {
    const { evaluator, dataset: cases } = await gate();
    const good = { evaluator: evaluator.name, dataset: cases.name, threshold: 0 };
    await ok(setPolicy('staging', good));
    await ok(setPolicy('staging', null));
    for (const bad of [
      { ...good, threshold: 1.01 },
      { ...good, threshold: -0.01 },
      { ...good, threshold: '1' },
      { ...good, evaluator: '' },
      { ...good, dataset: 'x'.repeat(101) },
      { evaluator: evaluator.name, threshold: 1 },
      { ...good, version: 1 },
    ]) {
      expectProblem(await setPolicy('staging', bad), 400, 'validation_failed');
      const made = { name: fresh('bad'), kind: 'development', requiredEvaluation: bad };
      expectProblem(await home.ada.send('POST', '/v1/environments', made), 400, 'validation_failed');
    }
    expectProblem(await home.ada.send('PATCH', '/v1/environments/staging', {}), 400, 'validation_failed');
    for (const unknown of [
      { ...good, evaluator: 'nothing' },
      { ...good, dataset: 'nothing' },
    ]) {
      expectProblem(await setPolicy('staging', unknown), 404, 'not_found');
    }
    // What is ours is nothing to another tenant.
    expectProblem(await setPolicy('staging', { ...good, evaluator: evaluator.id }, other.ada), 404, 'not_found');
    expectProblem(await setPolicy('staging', good, home.eve), 403, 'forbidden');
  });

  it('keeps its evaluator and its dataset from being deleted', async () => {
    const { environment, evaluator, dataset: cases } = await gate();
    for (const path of [`/v1/evaluators/${evaluator.id}`, `/v1/datasets/${cases.id}`]) {
      const answer = await home.ada.send('DELETE', path);
      expectProblem(answer, 409, 'state_conflict');
      expect(answer.body.errors).toMatchObject([{ path: environment, code: 'required' }]);
    }
    await ok(setPolicy(environment, null));
    await ok(home.ada.send('DELETE', `/v1/evaluators/${evaluator.id}`));
    await ok(home.ada.send('DELETE', `/v1/datasets/${cases.id}`));
  });

  it('keeps them from those who may not change the policy', async () => {
    const { environment, evaluator, dataset: cases } = await gate();
    const [item] = (await ok(home.eve.send('GET', `${datasetPath(cases.name)}/items`))).data;
    const tries = (by: { send: House['eve']['send'] }) => [
      by.send('PATCH', `/v1/evaluators/${evaluator.id}`, { config: { ignoreCase: true } }),
      addItems(by, cases.name, [{ input: {} }]),
      importFile(by, cases.name, '{"input":{}}', JSONL),
      importFile(by, cases.name, '{"input":{}}', JSONL, 'PUT'),
      by.send('PUT', `${datasetPath(cases.name)}/items/${item.id}`, { input: { a: 'easy' } }),
      by.send('DELETE', `${datasetPath(cases.name)}/items/${item.id}`),
    ];
    const key = await apiKey(home.ada, ['datasets:write', 'evaluations:run']);
    for (const by of [home.eve, key]) {
      for (const answer of await Promise.all(tries(by))) expectProblem(answer, 403, 'forbidden');
    }
    // Its name is no part of what is measured.
    await ok(home.eve.send('PATCH', datasetPath(cases.name), { description: 'Ours' }));
    await ok(home.ada.send('PATCH', `/v1/evaluators/${evaluator.id}`, { config: { ignoreCase: true } }));
    await ok(addItems(home.ada, cases.name, [{ input: {} }]));
    await ok(setPolicy(environment, null));
    for (const answer of tries(home.eve).slice(0, 2)) await ok(answer);
  });

  it('that comes in between is kept to', async () => {
    const name = fresh('between');
    const evaluator = await ok(home.eve.send('POST', '/v1/evaluators', { name, type: 'exact' }));
    await dataset(home.eve, name, [{ input: {} }]);
    const policy = { evaluator: name, dataset: name, threshold: 1 };
    const onFirst = (work: () => Promise<unknown>) => async (write: number) => void (write === 1 && (await work()));
    const require = onFirst(() => ok(setPolicy('staging', policy)));
    const config = { config: { trim: false } };
    expectProblem(await sendInterposed(home.eve, 'PATCH', `/v1/evaluators/${name}`, config, require), 403, 'forbidden');
    await ok(setPolicy('staging', null));
    const items = { items: [{ input: {} }] };
    expectProblem(
      await sendInterposed(home.eve, 'POST', `${datasetPath(name)}/items`, items, require),
      403,
      'forbidden',
    );
    await ok(setPolicy('staging', null));
    for (const path of [`/v1/evaluators/${name}`, datasetPath(name)]) {
      expectProblem(await sendInterposed(home.eve, 'DELETE', path, undefined, require), 409, 'state_conflict');
      await ok(setPolicy('staging', null));
    }
    // And what was looked at is what is required: not what an editor made of it meanwhile.
    const body = { requiredEvaluation: policy };
    const moves = [
      () => ok(home.eve.send('PATCH', `/v1/evaluators/${name}`, { config: { ignorePunctuation: true } })),
      () => ok(addItems(home.eve, name, [{ input: {} }])),
      () => ok(home.eve.send('DELETE', `/v1/evaluators/${name}`)),
    ];
    for (const work of moves) {
      const late = await sendInterposed(home.ada, 'PATCH', '/v1/environments/staging', body, onFirst(work));
      expectProblem(late, 409, 'state_conflict');
    }
    await ok(home.eve.send('POST', '/v1/evaluators', { name, type: 'exact' }));
    const made = { name: fresh('env'), kind: 'development', requiredEvaluation: policy };
    const gone = onFirst(() => ok(home.eve.send('DELETE', datasetPath(name))));
    expectProblem(await sendInterposed(home.ada, 'POST', '/v1/environments', made, gone), 409, 'state_conflict');
    expectProblem(await home.ada.send('GET', `/v1/environments/${made.name}`), 404, 'not_found');
    expect(await d1('SELECT 1 FROM required_evaluations WHERE evaluator_id = ?', evaluator.id)).toEqual([]);
  });
});

describe('a deployment where an evaluation is required', () => {
  it('is refused while a prompt has no score, or too low a one, and goes through with a good one', async () => {
    const at = await gate();
    const [first, second] = [fresh('gated'), fresh('gated')];
    for (const name of [first, second]) await prompt(home.eve, name, 'Hello');
    const ask = () => request(home.eve, at.environment, [`prompt:${first}@1.0.0`, `prompt:${second}@latest`]);
    const none = await ask();
    expectProblem(none, 422, 'incompatible');
    expect(findings(none)).toEqual(['items[0] evaluation_missing', 'items[1] evaluation_missing']);
    await score(at, await versionId(first), 0.8);
    await score(at, await versionId(second), 0.79);
    const low = await ask();
    expect(findings(low)).toEqual(['items[1] evaluation_below_threshold']);
    expect(low.body.errors[0].message).toContain(`scored 0.79 on ${at.dataset.name}@1 with the model echo`);
    // The later of two counts, whichever comes first; the score of another tenant's is nobody's.
    await score(at, await versionId(second), 0.9, { at: 3, evaluationId: 'evl_3' });
    await score(at, await versionId(second), 0.1, { at: 2, evaluationId: 'evl_2' });
    await score(at, await versionId(second), 0.1, { at: 9 }, other);
    const { id } = await ok(ask());
    expect((await ok(move(home.eve, id, 'deploy'))).status).toBe('deployed');
    // Elsewhere nothing is required.
    const third = fresh('gated');
    await prompt(home.eve, third, 'Hello');
    await release(home.eve, [], 'development', [`prompt:${third}@1.0.0`]);
  });

  it('is held to what is required when it is executed', async () => {
    const at = await gate();
    const name = fresh('gated');
    await prompt(home.eve, name, 'Hello');
    await score(at, await versionId(name), 0.9);
    const { id } = await ok(request(home.eve, at.environment, [`prompt:${name}@1.0.0`]));
    await ok(setPolicy(at.environment, { evaluator: at.evaluator.name, dataset: at.dataset.name, threshold: 0.95 }));
    const answer = await move(home.eve, id, 'deploy');
    expectProblem(answer, 422, 'incompatible');
    expect(findings(answer)).toEqual(['items[0] evaluation_below_threshold']);
    expect((await look(home, id)).status).toBe('approved');
    // Also for those who may go without approvals: the policy is changed, or the version is better.
    await ok(home.ada.send('PATCH', '/v1/tenant', { breakGlass: true }), 200, 400);
    const glass = await move(home.ada, id, 'deploy', { breakGlass: true, reason: 'Fire' });
    expect(refusal(glass)).toEqual([422, 'incompatible']);
    // A stricter look: what was measured before the policy was set does not count.
    await ok(home.ada.send('PATCH', `/v1/evaluators/${at.evaluator.id}`, { config: { trim: false } }));
    await ok(setPolicy(at.environment, { evaluator: at.evaluator.name, dataset: at.dataset.name, threshold: 0.5 }));
    expect(findings(await move(home.eve, id, 'deploy'))).toEqual(['items[0] evaluation_missing']);
    await score(at, await versionId(name), 0.9, { evaluatorRevision: 2, at: 2 });
    expect((await ok(move(home.eve, id, 'deploy'))).status).toBe('deployed');
  });

  it('takes no score from before the translation that was evaluated was changed', async () => {
    const { at, name, evaluateIt } = await translated();
    const translate = (locale: string, text: string) =>
      ok(home.eve.send('PUT', `/v1/prompts/${name}/versions/1.0.0/translations/${locale}`, { text }));
    /** What a request for it is told; one that goes through is taken back, for it locks the version. */
    const told = async () => {
      const answer = await request(home.eve, at.environment, [`prompt:${name}@1.0.0`]);
      if (answer.status !== 201) return [...findings(answer), answer.body.errors[0].message];
      await ok(move(home.eve, answer.body.id, 'cancel'));
      return [];
    };
    await evaluateIt('de');
    expect(await told()).toEqual([]);
    await translate('de', 'z');
    const why = expect.stringContaining('only from before its translations changed');
    expect(await told()).toEqual(['items[0] evaluation_missing', why]);
    await evaluateIt('de');
    expect(await told()).toEqual(['items[0] evaluation_below_threshold', expect.stringContaining('scored 0 on')]);
    await translate('de', 'x');
    await evaluateIt('de');
    expect(await told()).toEqual([]);
    // Its own words are what they were, whatever becomes of a translation.
    await evaluateIt();
    await translate('fr', 'x');
    expect((await told())[0]).toBe('items[0] evaluation_below_threshold');
  });

  it('finds out what scores are of that did not say it yet, when the database is migrated', async () => {
    const { name, evaluateIt } = await translated();
    const { id, contentHash } = await ok(home.eve.send('GET', `/v1/prompts/${name}/versions/1.0.0`));
    const kept = () => d1('SELECT content_hash AS hash FROM version_scores WHERE version_id = ?', id);
    const { TEST_MIGRATIONS: migrations } = env as unknown as { TEST_MIGRATIONS: D1Migration[] };
    const statement = migrations
      .flatMap(({ queries }) => queries)
      .find((query) => /UPDATE `version_scores`/.test(query))!;
    for (const [locale, hash] of [
      ['de', contentHash],
      [undefined, null],
    ]) {
      await evaluateIt(locale);
      expect(await kept()).toEqual([{ hash }]);
      await d1('UPDATE version_scores SET content_hash = NULL WHERE version_id = ?', id);
      await d1(statement);
      expect(await kept()).toEqual([{ hash }]);
    }
  });

  it('asks nothing of a rollback: what was served may be served again', async () => {
    const at = await gate();
    const name = fresh('gated');
    await prompt(home.eve, name, 'Hello');
    await ok(setPolicy(at.environment, null));
    await release(home.eve, [], at.environment, [`prompt:${name}@1.0.0`]);
    await version(home.eve, name, '1.1.0', 'Hello again');
    await ok(setPolicy(at.environment, { evaluator: at.evaluator.name, dataset: at.dataset.name, threshold: 0.5 }));
    await score(at, await versionId(name, '1.1.0'), 0.9);
    const { id } = await release(home.eve, [], at.environment, [`prompt:${name}@1.1.0`]);
    const back = await ok(move(home.ada, id, 'rollback', { reason: 'Worse' }), 201);
    expect(back).toMatchObject({ status: 'deployed', rollbackOf: id, items: [{ tag: '1.0.0' }] });
  });

  it('looks at every variant, in its place', async () => {
    const at = await gate();
    const name = fresh('variants');
    await prompt(home.eve, name, 'Hello');
    for (const tag of ['1.1.0', '1.2.0']) await version(home.eve, name, tag, `Hello ${tag}`);
    const variants = ['1.1.0', '1.2.0'].map((tag) => ({ tag, weight: 10 }));
    const ask = () => {
      const items = [{ type: 'prompt', prompt: name, tag: '1.0.0', variants }];
      return home.eve.send('POST', '/v1/deployments', { environment: at.environment, items });
    };
    await score(at, await versionId(name), 0.9);
    await score(at, await versionId(name, '1.2.0'), 0.5);
    expect(findings(await ask())).toEqual([
      'items[0].variants[0] evaluation_missing',
      'items[0].variants[1] evaluation_below_threshold',
    ]);
    await score(at, await versionId(name, '1.1.0'), 0.8);
    await score(at, await versionId(name, '1.2.0'), 0.9, { at: 2 });
    const { id } = await ok(ask());
    await score(at, await versionId(name, '1.2.0'), 0.7, { at: 3 });
    const answer = await move(home.eve, id, 'deploy');
    expect(findings(answer)).toEqual(['items[0].variants[1] evaluation_below_threshold']);
    // Of what is served now, the version itself is what variants are held against.
    await ok(setPolicy(at.environment, null));
    expect((await ok(move(home.eve, id, 'deploy'))).status).toBe('deployed');
    const again = await ok(ask());
    const told = again.riskReasons.filter(({ code }: any) => code === 'evaluation_regressed');
    expect(told.map(({ message }: any) => message.slice(0, message.indexOf(' on ')))).toEqual([
      `By ${at.evaluator.name} 1.1.0 scored 0.8`,
      `By ${at.evaluator.name} 1.2.0 scored 0.7`,
    ]);
  });

  it('asks nothing of what is no prompt', async () => {
    const at = await gate();
    const key = fresh('asset');
    await ok(home.eve.send('POST', '/v1/assets', { key, locale: 'en', version: { text: 'ours' } }));
    await release(home.eve, [], at.environment, [`asset:${key}@1.0.0`]);
  });
});

describe('a version that scored below the active one', () => {
  it('is a high risk, with the numbers, whether an evaluation is required or not', async () => {
    const at = await gate('staging');
    const name = fresh('worse');
    await prompt(home.eve, name, 'Hello there');
    await version(home.eve, name, '1.1.0', 'Hello there!');
    await score(at, await versionId(name), 0.9);
    await score(at, await versionId(name, '1.1.0'), 0.86, { n: 9, at: 2 });
    await release(home.eve, [home.ben], 'staging', [`prompt:${name}@1.0.0`]);
    const worse = await ok(request(home.eve, 'staging', [`prompt:${name}@1.1.0`]));
    expect(worse).toMatchObject({ riskLevel: 'high', items: [{ riskLevel: 'high' }] });
    expect(worse.riskReasons).toEqual([
      {
        code: 'evaluation_regressed',
        level: 'high',
        item: `prompt:${name}`,
        message: `By ${at.evaluator.name} 1.1.0 scored 0.774 on ${at.dataset.name}@1 with the model echo (9 of 10 items have a score), 14 % below 1.0.0, which is active: 0.9 on ${at.dataset.name}@1 with the model echo.`,
      },
    ]);
    await score(at, await versionId(name, '1.1.0'), 0.86, { at: 3 });
    expect(await ok(request(home.eve, 'staging', [`prompt:${name}@1.1.0`]))).toMatchObject({ riskLevel: 'low' });
    // Nothing is active elsewhere, so there is nothing to fall below.
    await score(at, await versionId(name, '1.1.0'), 0.1, { at: 4 });
    expect((await ok(request(home.eve, 'development', [`prompt:${name}@1.1.0`]))).riskLevel).toBe('low');
  });

  it('is one by the time that it is executed, too', async () => {
    const at = await gate('production');
    const name = fresh('worse');
    await ok(setPolicy(at.environment, null));
    await prompt(home.eve, name, 'Hello there');
    await version(home.eve, name, '1.1.0', 'Hello there!');
    await release(home.eve, [home.ben, home.cy], at.environment, [`prompt:${name}@1.0.0`]);
    const { id, requiredApprovals } = await ok(request(home.eve, at.environment, [`prompt:${name}@1.1.0`]));
    expect(requiredApprovals).toBe(1);
    await ok(move(home.ben, id, 'approve'));
    await score(at, await versionId(name), 1);
    await score(at, await versionId(name, '1.1.0'), 0.5);
    const answer = await move(home.eve, id, 'deploy');
    expectProblem(answer, 409, 'state_conflict');
    expect(answer.body.detail).toContain('The risk is high by now');
  });
});
