import { beforeAll, describe, expect, it } from 'vitest';
import { dataset } from '../../support/datasets.ts';
import { evaluate, evaluation, evaluator, results, Works } from '../../support/evaluations.ts';
import { model } from '../../support/executions.ts';
import { fresh, house, type House, refusal } from '../../support/house.ts';
import { ok, prompt, version } from '../../support/team.ts';

let home: House;
let other: House;

beforeAll(async () => {
  [home, other] = [await house(), await house('Zoe')];
  for (const { ada, eve } of [home, other]) {
    await model(ada, 'echo');
    await prompt(eve, 'greet', 'Hello {{name}}');
    await version(eve, 'greet', '1.1.0', 'Hi {{name}}');
    await evaluator(eve, 'same');
    await evaluator(eve, '0-first', 'contains', { values: ['Hello'] });
    await dataset(eve, 'names', named(4));
  }
});

const named = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ input: { name: `N${i}` }, expected: `Hello N${i}` }));

const WISH = { prompt: 'greet', tags: ['1.0.0'], models: ['echo'], dataset: 'names', evaluators: ['same'] };

/** What is wrong with a wish. */
async function wrong(of: object): Promise<unknown[]> {
  const { status, body } = await evaluate(new Works().as(home.eve), { ...WISH, ...of });
  return [status, body.code, ...(body.errors ?? []).map(({ path, code }: any) => `${path} ${code}`)];
}

/** So many tags that there are. */
const many = (count: number, of = (i: number) => `9.9.${i}`) => Array.from({ length: count }, (_, i) => of(i));

describe('a wish', () => {
  it.each<[string, object, string[]]>([
    ['no prompt', { prompt: undefined }, ['prompt invalid_type']],
    ['a prompt without a name', { prompt: '' }, ['prompt too_small']],
    ['a prompt with too long a name', { prompt: 'x'.repeat(256) }, ['prompt too_big']],
    ['no tags', { tags: [] }, ['tags too_small']],
    ['six tags', { tags: many(6) }, ['tags too_big']],
    ['a tag that is none', { tags: ['newest'] }, ['tags[0] custom']],
    ['a tag twice', { tags: ['1.0.0', '1.0.0'] }, ['tags custom']],
    ['no models at all', { models: [] }, ['models too_small']],
    ['six models', { models: many(6, (i) => `m${i}`) }, ['models too_big']],
    ['a model twice', { models: ['echo', 'echo'] }, ['models custom']],
    ['no dataset', { dataset: undefined }, ['dataset invalid_type']],
    ['a dataset with too long a name', { dataset: 'x'.repeat(256) }, ['dataset too_big']],
    ['no evaluators', { evaluators: [] }, ['evaluators too_small']],
    ['eleven evaluators', { evaluators: many(11, (i) => `e${i}`) }, ['evaluators too_big']],
    ['an evaluator twice', { evaluators: ['same', 'same'] }, ['evaluators custom']],
    ['a locale that is none', { locale: '!' }, ['locale custom']],
    ['more than is known', { parameters: {} }, ['body unrecognized_keys']],
  ])('with %s is not understood', async (_, of, errors) => {
    expect(await wrong(of)).toEqual([400, 'validation_failed', ...errors]);
  });

  it('as large as can be is understood', async () => {
    // Nothing of it is there, which is another matter.
    const of = { tags: many(5), models: many(5, (i) => `m${i}`), evaluators: many(10, (i) => `e${i}`) };
    expect(await wrong(of)).toEqual([404, 'not_found']);
  });

  it.each<[string, object]>([
    ['prompt', { prompt: 'nothing' }],
    ['version', { tags: ['1.0.0', '3.0.0'] }],
    ['model', { models: ['nothing'] }],
    ['dataset', { dataset: 'nothing' }],
  ])('of a %s that is not there is a 404', async (what, of) => {
    const { status, body } = await evaluate(home.eve, { ...WISH, ...of });
    expect([status, body.code]).toEqual([404, 'not_found']);
    expect(body.detail.toLowerCase()).toContain(what);
  });

  it('of evaluators that are not there names them all', async () => {
    expect(await wrong({ evaluators: ['a', 'same', 'b'] })).toEqual([
      404,
      'not_found',
      'evaluators[0] unknown_evaluator',
      'evaluators[2] unknown_evaluator',
    ]);
  });

  it('that names one thing by two names is told so', async () => {
    expect(await wrong({ tags: ['1.1.0', 'latest'] })).toEqual([400, 'validation_failed', 'tags[1] duplicate']);
    const { data } = await ok(home.eve.send('GET', '/v1/evaluators'));
    const { id } = data.find(({ name }: any) => name === 'same');
    expect(await wrong({ evaluators: ['same', id] })).toEqual([400, 'validation_failed', 'evaluators[1] duplicate']);
  });

  it('for a version that names no model must say which', async () => {
    expect(await wrong({ models: undefined })).toEqual([400, 'validation_failed', 'models model_missing']);
  });

  it('for a judge whose model is not there is a 404', async () => {
    const named = fresh('gone');
    await model(home.ada, named);
    const config = { model: named, rubric: 'Is it good?', scale: { min: 1, max: 5 }, threshold: 0.5 };
    await evaluator(home.eve, named, 'llm_judge', config);
    await ok(home.ada.send('DELETE', `/v1/models/${named}`));
    expect(await wrong({ evaluators: [named] })).toEqual([404, 'not_found']);
  });

  it('over nothing, or over what the evaluators can say nothing of, is told so', async () => {
    const [empty, blank] = [fresh('empty'), fresh('blank')];
    await dataset(home.eve, empty);
    await dataset(home.eve, blank, [{ input: { name: 'A' } }]);
    expect(await wrong({ dataset: empty })).toEqual([400, 'validation_failed', 'dataset empty']);
    expect(await wrong({ dataset: blank })).toEqual([400, 'validation_failed', 'dataset no_expected']);
    expect((await evaluate(home.eve, { ...WISH, dataset: blank, evaluators: ['0-first'] })).status).toBe(202);
  });

  it('for more than 50,000 results is refused', async () => {
    const large = fresh('large');
    await dataset(home.eve, large, named(1_000));
    for (let i = 0; i < 2; i++)
      await ok(home.eve.send('POST', `/v1/datasets/${large}/items`, { items: named(i === 0 ? 1_000 : 1) }));
    const name = fresh('five');
    await prompt(home.eve, name, 'one');
    const tags = ['1.0.0'];
    for (const tag of ['1.0.1', '1.0.2', '1.0.3', '1.0.4']) {
      await version(home.eve, name, tag, `and ${tag}`);
      tags.push(tag);
    }
    const models = many(5, (i) => fresh(`m${i}`));
    for (const each of models) await model(home.ada, each);
    // 2,001 × 25 = 50,025.
    const of = { prompt: name, tags, models, dataset: large };
    expect(await wrong(of)).toEqual([400, 'validation_failed', 'dataset too_many']);
    const { data } = await ok(home.eve.send('GET', `/v1/datasets/${large}/items?limit=1`));
    await ok(home.eve.send('DELETE', `/v1/datasets/${large}/items/${data[0].id}`));
    const { body, status } = await evaluate(home.eve, { ...WISH, ...of });
    expect(status).toBe(202);
    expect(await evaluation(home.eve, body.id)).toMatchObject({ progress: { total: 50_000 } });
    await ok(home.eve.send('POST', `/v1/evaluations/${body.id}/cancel`));
  });

  it('for the twenty-first at once has to wait', async () => {
    const { eve } = other;
    const answers = [];
    for (let i = 0; i < 21; i++) answers.push(await evaluate(eve, WISH));
    expect(answers.map(({ status }) => status)).toEqual([...many(20, () => '202').map(Number), 409]);
    expect(answers[20]?.body).toMatchObject({ code: 'state_conflict' });
    await ok(eve.send('POST', `/v1/evaluations/${answers[0]!.body.id}/cancel`));
    expect((await evaluate(eve, WISH)).status).toBe(202);
  });

  it('under an Idempotency-Key is granted once', async () => {
    const works = new Works();
    const headers = { 'idempotency-key': 'once' };
    const answers = [];
    for (let i = 0; i < 2; i++) answers.push(await works.as(home.eve).send('POST', '/v1/evaluations', WISH, headers));
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    expect(answers[1]?.body).toEqual(answers[0]?.body);
    expect(works.waiting).toHaveLength(1);
  });
});

describe('lists', () => {
  it('page, newest first, and can be narrowed', async () => {
    const [name, data] = [fresh('listed'), fresh('listed')];
    const made = await prompt(home.eve, name, 'Hello {{name}}');
    await dataset(home.eve, data, named(1));
    const works = new Works();
    const ids: string[] = [];
    for (const of of [{ prompt: name }, { prompt: name, dataset: data }, { prompt: name }])
      ids.unshift((await ok(evaluate(works.as(home.eve), { ...WISH, ...of }), 202)).id);
    await ok(home.eve.send('POST', `/v1/evaluations/${ids[2]}/cancel`));
    const list = async (query: string) => ok(home.ben.send('GET', `/v1/evaluations?${query}`));
    const found = async (query: string) => (await list(query)).data.map(({ id }: any) => id);
    expect(await found(`prompt=${name}`)).toEqual(ids);
    expect(await found(`prompt=${made.id}`)).toEqual(ids);
    expect(await found(`prompt=${name}&dataset=${data}`)).toEqual([ids[1]]);
    expect(await found(`prompt=${name}&status=cancelled`)).toEqual([ids[2]]);
    expect(await found(`prompt=${name}&status=paused`)).toEqual([]);
    const first = await list(`prompt=${name}&limit=2`);
    expect(first.data[0]).toEqual(await evaluation(home.ben, ids[0]!));
    expect(await found(`prompt=${name}&limit=2&cursor=${first.nextCursor}`)).toEqual([ids[2]]);
    expect(refusal(await home.ben.send('GET', '/v1/evaluations?prompt=nothing'))).toEqual([404, 'not_found']);
    for (const query of ['status=done', 'limit=0', 'limit=101', 'cursor=x', 'dataset=']) {
      expect(refusal(await home.ben.send('GET', `/v1/evaluations?${query}`)), query).toEqual([
        400,
        'validation_failed',
      ]);
    }
  });

  it('of results page too', async () => {
    const works = new Works();
    const { id } = await ok(evaluate(works.as(home.eve), { ...WISH, tags: ['1.0.0', '1.1.0'] }), 202);
    await works.drain();
    const all = await results(home.ben, id);
    const pages: any[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page: any = await ok(
        home.ben.send('GET', `/v1/evaluations/${id}/results?limit=3${cursor && `&cursor=${cursor}`}`),
      );
      pages.push(page.data);
      cursor = page.nextCursor;
    }
    expect(pages.map(({ length }) => length)).toEqual([3, 3, 2]);
    expect(pages.flat()).toEqual(all);
    const wrongly = async (query: string) =>
      refusal(await home.ben.send('GET', `/v1/evaluations/${id}/results?${query}`));
    for (const query of ['status=done', 'limit=101', 'cursor=x', 'tag=']) {
      expect(await wrongly(query), query).toEqual([400, 'validation_failed']);
    }
  });
});

describe('a comparison', () => {
  it('comes as JSON and as a sheet, and is the same whenever it is asked for', async () => {
    const works = new Works();
    const wish = { ...WISH, tags: ['1.0.0', '1.1.0'], evaluators: ['same', '0-first'] };
    const { id, links } = await ok(evaluate(works.as(home.eve), wish), 202);
    const early = await ok(home.ben.send('GET', links.comparison));
    expect(early).toMatchObject({ status: 'queued', winner: null, reason: { code: 'unfinished' } });
    expect(early.rows.map(({ results: n, overall }: any) => [n, overall])).toEqual([
      [0, { n: 0, mean: null, interval: null }],
      [0, { n: 0, mean: null, interval: null }],
    ]);
    await works.drain();
    const first = await ok(home.ben.send('GET', links.comparison));
    // Four items do not say which is better, however clear it looks.
    expect(first).toMatchObject({
      evaluationId: id,
      status: 'completed',
      items: 4,
      winner: null,
      reason: { code: 'too_few_items' },
      rows: [
        {
          tag: '1.0.0',
          model: 'echo',
          modelRevision: 1,
          results: 4,
          failed: 0,
          passRate: 1,
          toBest: null,
          unpriced: 4,
        },
        {
          tag: '1.1.0',
          passRate: 0,
          toBest: { n: 4, mean: -1, interval: [-1, -1] },
        },
      ],
      byEvaluator: [
        { evaluator: 'same', winner: null },
        { evaluator: '0-first', winner: null },
      ],
    });
    expect(first.rows[0].scores.map(({ evaluator: name, mean }: any) => [name, mean])).toEqual([
      ['same', 1],
      ['0-first', 1],
    ]);
    expect(await ok(home.ben.send('GET', links.comparison))).toEqual(first);
    const sheet = await home.ben.send('GET', `${links.comparison}?format=csv`);
    expect(sheet.headers.get('content-type')).toMatch(/^text\/csv/);
    expect(sheet.headers.get('content-disposition')).toBe(`attachment; filename="evaluation-${id}.csv"`);
    const [head, ...lines] = sheet.body
      .trimEnd()
      .split('\r\n')
      .map((line: string) => line.split(','));
    expect(head.slice(0, 13)).toEqual([
      'tag',
      'model',
      'modelRevision',
      'winner',
      'results',
      'failed',
      'passRate',
      'overall mean',
      'overall low',
      'overall high',
      'toBest mean',
      'toBest low',
      'toBest high',
    ]);
    expect(head).toContain('0-first passRate');
    expect(lines[0].slice(0, 13)).toEqual(['1.0.0', 'echo', '1', 'no', '4', '0', '1', '1', '1', '1', '', '', '']);
    expect(lines[1].slice(0, 13)).toEqual(['1.1.0', 'echo', '1', 'no', '4', '0', '0', '0', '0', '0', '-1', '-1', '-1']);
    for (const line of lines) expect(line).toHaveLength(head.length);
    const accepted = await home.ben.send('GET', links.comparison, undefined, { accept: 'text/csv' });
    expect(accepted.body).toBe(sheet.body);
    expect(refusal(await home.ben.send('GET', `${links.comparison}?format=xml`))).toEqual([400, 'validation_failed']);
  });
});

describe('another tenant', () => {
  it('finds nothing of it, and names nothing in it', async () => {
    const works = new Works();
    const { id } = await ok(evaluate(works.as(home.eve), WISH), 202);
    await works.drain();
    const zoe = works.as(other.ada);
    for (const [method, rest] of [
      ['GET', ''],
      ['GET', '/results'],
      ['GET', '/comparison'],
      ['GET', '/stream'],
      ['POST', '/cancel'],
      ['POST', '/resume'],
    ] as const) {
      expect(refusal(await zoe.send(method, `/v1/evaluations/${id}${rest}`)), rest).toEqual([404, 'not_found']);
    }
    const { data } = await ok(zoe.send('GET', '/v1/evaluations?limit=100'));
    expect(data.map((each: any) => each.id)).not.toContain(id);
    const mine = await ok(home.eve.send('GET', '/v1/prompts/greet'));
    expect(refusal(await zoe.send('GET', `/v1/evaluations?prompt=${mine.id}`))).toEqual([200, undefined]);
    expect(refusal(await evaluate(zoe, { ...WISH, prompt: mine.id }))).toEqual([404, 'not_found']);
    const [set] = (await ok(home.eve.send('GET', '/v1/datasets'))).data;
    expect(refusal(await evaluate(zoe, { ...WISH, dataset: set.id }))).toEqual([404, 'not_found']);
    const [rule] = (await ok(home.eve.send('GET', '/v1/evaluators'))).data;
    expect(refusal(await evaluate(zoe, { ...WISH, evaluators: [rule.id] }))).toEqual([404, 'not_found']);
  });
});
