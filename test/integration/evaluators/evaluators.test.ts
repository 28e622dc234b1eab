import { beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../../support/client.ts';
import { owner } from '../../support/client.ts';
import { model } from '../../support/executions.ts';
import { expectProblem } from '../../support/problems.ts';
import { apiKey, member, ok } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';
import { sendInterposed } from '../content/interposed.ts';

let ada: Person;
let bob: Person;
let eve: Person;
beforeAll(async () => {
  ada = await owner('Ada');
  bob = await owner('Bob');
  eve = await member(ada, 'editor', 'eve');
  await model(ada, 'judge');
});

type By = { send: Person['send'] };
const at = (name: string): string => `/v1/evaluators/${encodeURIComponent(name)}`;
const make = (name: string, type: string, config?: object, by: By = eve) =>
  by.send('POST', '/v1/evaluators', { name, type, ...(config === undefined ? {} : { config }) });
const patch = (name: string, config: unknown, by: By = eve) => by.send('PATCH', at(name), { config });

describe('an evaluator', () => {
  it('is made, read, changed by revisions, and deleted', async () => {
    const first = await ok(make('life/one', 'contains', { values: ['a'] }), 201);
    expect(first).toEqual({
      id: expect.stringMatching(/^evr_/),
      name: 'life/one',
      type: 'contains',
      revision: 1,
      // What was left out is filled in: a revision says everything.
      config: { values: ['a'], mode: 'all', ignoreCase: false, threshold: 1 },
      createdBy: eve.id,
      createdAt: expect.any(String),
      updatedAt: first.createdAt,
    });
    expect(await ok(ada.send('GET', at('life/one')))).toEqual(first);
    expect(await ok(ada.send('GET', at(first.id)))).toEqual(first);
    const second = await ok(patch('life/one', { values: ['a', 'b'], mode: 'any' }));
    expect(second).toMatchObject({ id: first.id, revision: 2, config: { values: ['a', 'b'], mode: 'any' } });
    // What changes nothing makes no revision.
    expect(await ok(patch(first.id, { mode: 'any', values: ['a', 'b'], threshold: 1 }))).toEqual(second);
    const page = await ok(ada.send('GET', `${at('life/one')}/revisions?limit=1`));
    expect(page.data).toEqual([
      { revision: 2, config: second.config, createdBy: eve.id, createdAt: expect.any(String) },
    ]);
    const rest = await ok(ada.send('GET', `${at('life/one')}/revisions?limit=1&cursor=${page.nextCursor}`));
    expect(rest).toMatchObject({ data: [{ revision: 1, config: first.config }], nextCursor: null });

    expect((await eve.send('DELETE', at('life/one'))).status).toBe(204);
    for (const path of ['', '/revisions']) {
      expectProblem(await ada.send('GET', at('life/one') + path), 404, 'not_found');
      expectProblem(await ada.send('GET', at(first.id) + path), 404, 'not_found');
    }
    expectProblem(await eve.send('DELETE', at('life/one')), 404, 'not_found');
    expectProblem(await patch('life/one', { values: ['x'] }), 404, 'not_found');
    // Its name is free again, its revisions stay for what was scored by them.
    expect((await ok(make('life/one', 'exact'))).id).not.toBe(first.id);
    expect(await d1('SELECT revision FROM evaluator_revisions WHERE evaluator_id = ? ORDER BY 1', first.id)).toEqual([
      { revision: 1 },
      { revision: 2 },
    ]);
    const { data } = await ok(ada.send('GET', `/v1/audit-events?entity=${first.id}`));
    expect(data.map((event: any) => `${event.action} ${event.outcome} ${event.risk}`)).toEqual([
      'evaluator.delete done high',
      'evaluator.update done low',
      'evaluator.create done low',
    ]);
  });

  it('is listed by name, and by type', async () => {
    const zoe = await owner('Zoe');
    for (const name of ['b', 'c', 'a']) await ok(make(name, 'exact', undefined, zoe));
    await ok(make('d', 'latency', { maxMs: 5 }, zoe));
    const page = await ok(zoe.send('GET', '/v1/evaluators?limit=2'));
    expect(page.data.map(({ name }: any) => name)).toEqual(['a', 'b']);
    const rest = await ok(zoe.send('GET', `/v1/evaluators?limit=2&cursor=${page.nextCursor}`));
    expect(rest).toMatchObject({ data: [{ name: 'c' }, { name: 'd' }], nextCursor: null });
    expect((await ok(zoe.send('GET', '/v1/evaluators?type=latency'))).data).toMatchObject([{ name: 'd' }]);
    expectProblem(await zoe.send('GET', '/v1/evaluators?type=none'), 400, 'validation_failed');
    expectProblem(await zoe.send('GET', '/v1/evaluators?cursor=x'), 400, 'validation_failed');
    expectProblem(await zoe.send('GET', `${at('a')}/revisions?cursor=x`), 400, 'validation_failed');
  });

  it('belongs to one tenant', async () => {
    const mine = await ok(make('common', 'latency', { maxMs: 1 }));
    const theirs = await ok(make('common', 'latency', { maxMs: 2 }, bob));
    expect(await ok(bob.send('GET', at('common')))).toEqual(theirs);
    for (const path of ['', '/revisions']) expectProblem(await bob.send('GET', at(mine.id) + path), 404, 'not_found');
    expectProblem(await patch(mine.id, { maxMs: 3 }, bob), 404, 'not_found');
    expectProblem(await bob.send('DELETE', at(mine.id)), 404, 'not_found');
    expect(await ok(ada.send('GET', at('common')))).toEqual(mine);
  });

  it('is written by those who run evaluations, and read by all', async () => {
    const viewer = await member(ada, 'viewer');
    expectProblem(await make('no', 'exact', undefined, viewer), 403, 'forbidden');
    const key = await apiKey(ada, ['evaluations:run']);
    const made = await ok(make('by-key', 'exact', undefined, key));
    expect(made.createdBy).toBe(key.id);
    expect(await ok(viewer.send('GET', at('by-key')))).toEqual(made);
    expectProblem(await patch('by-key', { trim: false }, viewer), 403, 'forbidden');
    expectProblem(await viewer.send('DELETE', at('by-key')), 403, 'forbidden');
    expectProblem(await key.send('GET', at('by-key')), 403, 'forbidden');
  });

  it('has a name of its own', async () => {
    await ok(make('x'.repeat(100), 'exact'));
    expectProblem(await make('x'.repeat(100), 'cost', { maxMicros: 0 }), 409, 'already_exists');
    for (const name of ['', 'x'.repeat(101), 'a b', '/a', 'a//b', '-a', 'ä', `evr_${'0'.repeat(26)}`]) {
      expectProblem(await make(name, 'exact'), 400, 'validation_failed', name);
    }
  });

  it('that is made twice under a key is made once', async () => {
    const headers = { 'idempotency-key': 'evaluator-1' };
    const body = { name: 'once', type: 'exact' };
    const first = await ok(eve.send('POST', '/v1/evaluators', body, headers), 201);
    expect(await ok(eve.send('POST', '/v1/evaluators', body, headers), 201)).toEqual(first);
  });

  it('is one of two hundred at most', async () => {
    const many = await owner('Many');
    await d1(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 199)
       INSERT INTO evaluators (tenant_id, id, name, type, latest_revision, created_by, created_at, updated_at)
       SELECT ?, printf('evr_many%022d', i), 'many-' || i, 'exact', 1, 'x', 0, 0 FROM n`,
      many.tenantId,
    );
    await ok(make('the-last', 'exact', undefined, many), 201);
    expectProblem(await make('too-many', 'exact', undefined, many), 409, 'state_conflict');
    await ok(many.send('DELETE', at('the-last')));
    await ok(make('another', 'exact', undefined, many), 201);
  });
});

describe('changes at once', () => {
  it('follow each other, until there are too many', async () => {
    await ok(make('raced', 'latency', { maxMs: 1 }, ada));
    let value = 100;
    const other = async () => void (await ok(patch('raced', { maxMs: ++value }, ada)));
    const answer = await sendInterposed(ada, 'PATCH', at('raced'), { config: { maxMs: 2 } }, async (write) => {
      if (write === 1) await other();
    });
    expect(answer).toMatchObject({ status: 200, body: { revision: 3, config: { maxMs: 2 } } });
    const beaten = await sendInterposed(ada, 'PATCH', at('raced'), { config: { maxMs: 3 } }, async (write) => {
      // The last is the refusal's own record.
      if (write <= 3) await other();
    });
    expectProblem(beaten, 409, 'state_conflict');
    expect(await ok(ada.send('GET', at('raced')))).toMatchObject({ revision: 6, config: { maxMs: 104 } });
  });

  it('are lost on one that is deleted, and a deletion looks again', async () => {
    await ok(make('gone', 'latency', { maxMs: 1 }, ada));
    const late = await sendInterposed(ada, 'PATCH', at('gone'), { config: { maxMs: 2 } }, async (write) => {
      if (write === 1) await ok(ada.send('DELETE', at('gone')));
    });
    expectProblem(late, 404, 'not_found');
    const { id } = await ok(make('gone', 'latency', { maxMs: 1 }, ada));
    const deleted = await sendInterposed(ada, 'DELETE', at('gone'), undefined, async (write) => {
      if (write === 1) await ok(patch('gone', { maxMs: 7 }, ada));
    });
    expect(deleted.status).toBe(204);
    expect(await d1('SELECT latest_revision AS r, deleted_at > 0 AS gone FROM evaluators WHERE id = ?', id)).toEqual([
      { r: 2, gone: 1 },
    ]);
    // On record is what was there.
    const { data } = await ok(ada.send('GET', `/v1/audit-events?entity=${id}`));
    expect(data[0]).toMatchObject({ action: 'evaluator.delete', data: { revision: 2 } });
    await ok(make('gone', 'latency', { maxMs: 1 }, ada));
    const twice = await sendInterposed(ada, 'DELETE', at('gone'), undefined, async (write) => {
      if (write === 1) await ok(ada.send('DELETE', at('gone')));
    });
    expectProblem(twice, 404, 'not_found');
  });
});

describe('a config', () => {
  const whole = { trim: true, ignoreCase: false, ignorePunctuation: false, collapseWhitespace: false };

  it.each([
    ['exact', undefined, whole],
    ['exact', { ignoreCase: true }, { ...whole, ignoreCase: true }],
    ['contains', undefined, { values: null, mode: 'all', ignoreCase: false, threshold: 1 }],
    ['regex', { pattern: '^\\d+$' }, { pattern: '^\\d+$', flags: '', negate: false }],
    ['regex', { pattern: 'a'.repeat(1000), flags: 'ims' }, { pattern: 'a'.repeat(1000), flags: 'ims', negate: false }],
    ['json_schema', { schema: true }, { schema: true, strict: false }],
    ['json_schema', { schema: { type: 'object' }, strict: true }, { schema: { type: 'object' }, strict: true }],
    ['levenshtein', undefined, { trim: true, ignoreCase: false, threshold: 0.8 }],
    ['rouge_l', { measure: 'recall' }, { measure: 'recall', threshold: 0.5 }],
    ['bleu', {}, { ignoreCase: false, threshold: 0.3 }],
    ['latency', { maxMs: 3_600_000 }, { maxMs: 3_600_000 }],
    ['cost', { maxMicros: 1_000_000_000 }, { maxMicros: 1_000_000_000 }],
    [
      'llm_judge',
      { model: 'judge', rubric: 'r'.repeat(10_000) },
      { model: 'judge', rubric: 'r'.repeat(10_000), scale: { min: 1, max: 5 }, parameters: {}, threshold: 0.75 },
    ],
  ])('of the type %s is kept whole: %#', async (type, config, kept) => {
    const name = `kept-${crypto.randomUUID()}`;
    expect((await ok(make(name, type, config), 201)).config).toEqual(kept);
    expect((await ok(patch(name, config ?? {}))).revision).toBe(1);
  });

  it.each([
    ['exact', { trim: 1 }],
    ['exact', { pattern: 'a' }],
    ['contains', { values: [] }],
    ['contains', { values: [''] }],
    ['contains', { values: ['x'.repeat(1001)] }],
    ['contains', { values: Array.from({ length: 101 }, () => 'x') }],
    ['contains', { mode: 'some' }],
    ['contains', { threshold: 1.1 }],
    ['contains', { threshold: -0.1 }],
    ['contains', { values: ['a\0'] }],
    ['regex', undefined],
    ['regex', {}],
    ['regex', { pattern: '' }],
    ['regex', { pattern: 'a'.repeat(1001) }],
    ['regex', { pattern: '(' }],
    ['regex', { pattern: '(a)\\1' }],
    ['regex', { pattern: '(?=a)' }],
    ['regex', { pattern: '(a{100}){100}' }],
    ['regex', { pattern: 'a', flags: 'g' }],
    ['regex', { pattern: 'a', flags: 'ii' }],
    ['json_schema', {}],
    ['json_schema', { schema: 1 }],
    ['json_schema', { schema: null }],
    ['json_schema', { schema: { type: 'float' } }],
    ['json_schema', { schema: { pattern: '(?!a)' } }],
    ['json_schema', { schema: { unevaluatedItems: false } }],
    ['json_schema', { schema: { description: 'x'.repeat(65_536) } }],
    ['json_schema', { schema: { title: 'a\0' } }],
    ['levenshtein', { threshold: '0.5' }],
    ['rouge_l', { measure: 'f2' }],
    ['bleu', { tokenizer: '13a' }],
    ['latency', {}],
    ['latency', { maxMs: 0 }],
    ['latency', { maxMs: 3_600_001 }],
    ['latency', { maxMs: 1.5 }],
    ['cost', { maxMicros: -1 }],
    ['cost', { maxMicros: 1_000_000_001 }],
    ['llm_judge', { model: 'judge' }],
    ['llm_judge', { rubric: 'r' }],
    ['llm_judge', { model: 'nobody', rubric: 'r' }],
    ['llm_judge', { model: 'judge', rubric: '' }],
    ['llm_judge', { model: 'judge', rubric: 'r'.repeat(10_001) }],
    ['llm_judge', { model: 'judge', rubric: 'r', scale: { min: 5, max: 5 } }],
    ['llm_judge', { model: 'judge', rubric: 'r', scale: { min: 0, max: 101 } }],
    ['llm_judge', { model: 'judge', rubric: 'r', scale: { min: -101, max: 0 } }],
    ['llm_judge', { model: 'judge', rubric: 'r', scale: { min: 0.5, max: 1 } }],
    ['llm_judge', { model: 'judge', rubric: 'r', parameters: { messages: [] } }],
    ['llm_judge', { model: 'judge', rubric: 'r', parameters: { x: 'x'.repeat(16_384) } }],
    ['nothing', {}],
  ])('of the type %s that will not do is refused, made or changed: %#', async (type, config) => {
    const answer = await make('never', type, config);
    expectProblem(answer, 400, 'validation_failed');
    for (const { path } of answer.body.errors) expect(path).toMatch(/^(config|type)/);
    if (type === 'nothing' || config === undefined) return;
    const good: Record<string, object> = {
      regex: { pattern: 'a' },
      json_schema: { schema: true },
      latency: { maxMs: 1 },
      cost: { maxMicros: 1 },
      llm_judge: { model: 'judge', rubric: 'r' },
    };
    const name = `good-${crypto.randomUUID()}`;
    await ok(make(name, type, good[type]));
    const changed = await patch(name, config);
    expectProblem(changed, 400, 'validation_failed');
    for (const { path } of changed.body.errors) expect(path).toMatch(/^config/);
  });

  it('is an object', async () => {
    await ok(make('object', 'exact'));
    for (const config of [null, [], 'x', 1]) expectProblem(await patch('object', config), 400, 'validation_failed');
    expectProblem(await eve.send('PATCH', at('object'), {}), 400, 'validation_failed');
    expectProblem(await eve.send('PATCH', at('object'), { config: {}, name: 'x' }), 400, 'validation_failed');
  });
});
