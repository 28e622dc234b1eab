import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '../../support/client.ts';
import { launch, servedTo, split, subjectsOf } from '../../support/experiments.ts';
import { executed, model } from '../../support/executions.ts';
import { fresh, house, type House, refusal } from '../../support/house.ts';
import { withMethod } from '../../support/interruption.ts';
import { apiKey, member, ok, prompt, release, version } from '../../support/team.ts';
import { assertWellTold, rememberOutbox, told } from '../../support/told.ts';
import { d1, sendWith } from '../../support/workbench.ts';

let home: House;
let other: House;
let viewer: Person;

beforeAll(async () => {
  await rememberOutbox();
  [home, other] = [await house(), await house('Zoe')];
  viewer = await member(home.ada, 'viewer');
  await model(home.ada, 'echo');
});

const give = (body: object, by: { send: Person['send'] } = home.eve, headers = {}) =>
  by.send('POST', '/v1/feedback', body, headers);
const list = (query = '', by: { send: Person['send'] } = viewer) => ok(by.send('GET', `/v1/feedback${query}`));

/** A prompt that is active in development in one version. */
async function plain(name = fresh('plain')): Promise<string> {
  await prompt(home.eve, name, 'Hello');
  await release(home.eve, [], 'development', [`prompt:${name}@1.0.0`]);
  return name;
}

/** A prompt that is served in two halves. */
async function halves(): Promise<{ name: string; subjects: Record<string, string> }> {
  const name = fresh('halves');
  await prompt(home.eve, name, 'first');
  await version(home.eve, name, '1.1.0', 'second');
  await launch(home.eve, [split(name, { '1.0.0': 50, '1.1.0': 50 })]);
  return { name, subjects: await subjectsOf(home.app, 'development', name, ['1.0.0', '1.1.0']) };
}

const runOf = (name: string, more: object = {}) =>
  executed(home.eve, name, { environment: 'development', model: 'echo', ...more });

describe('feedback on an execution', () => {
  it('is of what was run, the variant included, whatever is served by now', async () => {
    const { name, subjects } = await halves();
    for (const [tag, subject] of Object.entries(subjects)) {
      const run = await runOf(name, { subject });
      await launch(home.eve, [split(name, { '1.1.0': 1, '1.0.0': 1000 })]);
      const { status, body } = await give({ executionId: run.id, score: 0.25, comment: ' Too long. ' });
      const { id: promptId } = await ok(home.eve.send('GET', `/v1/prompts/${name}`));
      const { id: versionId } = await ok(home.eve.send('GET', `/v1/prompts/${name}/versions/${tag}`));
      expect([status, body]).toEqual([
        201,
        {
          id: expect.stringMatching(/^fbk_/) as string,
          executionId: run.id,
          prompt: name,
          promptId,
          environment: 'development',
          tag,
          versionId,
          variant: tag,
          score: 0.25,
          comment: 'Too long.',
          createdBy: home.eve.id,
          createdAt: expect.any(String) as string,
        },
      ]);
      expect((await list(`?execution=${run.id}`)).data).toEqual([body]);
      await launch(home.eve, [split(name, { '1.0.0': 50, '1.1.0': 50 })]);
    }
  });

  it('is of no environment where a version was named', async () => {
    const name = await plain();
    const run = await executed(home.eve, name, { tag: '1.0.0', model: 'echo' });
    expect(await ok(give({ executionId: run.id, score: 0 }), 201)).toMatchObject({
      environment: null,
      tag: '1.0.0',
      variant: null,
      score: 0,
      comment: null,
    });
  });

  it('is told on, once, without a comment', async () => {
    const run = await runOf(await plain());
    const { id, promptId, prompt: name } = await ok(give({ executionId: run.id, score: 1, comment: 'a secret' }), 201);
    const events = (await told(home.tenantId, id)).filter(({ type }) => type === 'feedback.created');
    expect(events.map(({ body }) => body)).toEqual([
      {
        feedbackId: id,
        promptId,
        prompt: name,
        environment: 'development',
        tag: '1.0.0',
        variant: null,
        score: 1,
        executionId: run.id,
        createdBy: home.eve.id,
      },
    ]);
    await assertWellTold();
  });

  it('is not found of what another tenant ran, or nobody', async () => {
    const run = await runOf(await plain());
    for (const [by, id] of [
      [other.eve, run.id],
      [home.eve, 'exe_01jd3z8v4q6r0s2t4v6w8y0a2c'],
    ] as const) {
      expect(refusal(await give({ executionId: id, score: 1 }, by))).toEqual([404, 'not_found']);
    }
    expect((await list('', other.ada)).data).toEqual([]);
  });
});

describe('feedback on what a subject is served', () => {
  it('is of the variant that the edge serves to that subject, which is kept nowhere', async () => {
    const { name, subjects } = await halves();
    for (const [tag, subject] of Object.entries(subjects)) {
      const body = await ok(give({ subject, prompt: name, environment: 'development', score: 0.5 }), 201);
      const served = await servedTo(home.app, 'development', name, subject);
      expect(body).toMatchObject({ tag, variant: tag, versionId: served.versionId, executionId: null });
      const { id } = await ok(home.eve.send('GET', `/v1/prompts/${name}`));
      const byId = await ok(give({ subject, prompt: id, environment: 'development', score: 0.5 }), 201);
      expect(byId).toMatchObject({ prompt: name, promptId: id, variant: tag });
      const [row] = await d1('SELECT * FROM feedback WHERE id = ?', body.id);
      expect(JSON.stringify([row, await told(home.tenantId, body.id)])).not.toContain(subject);
    }
  });

  it('has no variant where nothing is to be chosen', async () => {
    const name = await plain();
    const body = await ok(give({ subject: 'ada', prompt: name, environment: 'development', score: 1 }), 201);
    expect(body).toMatchObject({ tag: '1.0.0', variant: null, environment: 'development' });
  });

  it('needs a prompt that is active there', async () => {
    const name = await plain();
    const about = { subject: 'ada', prompt: name, environment: 'development', score: 1 };
    expect(refusal(await give({ ...about, environment: 'staging' }))).toEqual([404, 'not_deployed']);
    expect(refusal(await give({ ...about, environment: 'nowhere' }))).toEqual([404, 'not_found']);
    expect(refusal(await give({ ...about, prompt: 'nothing' }))).toEqual([404, 'not_found']);
    expect(refusal(await give(about, other.eve))).toEqual([404, 'not_found']);
    const { id } = await ok(home.eve.send('GET', `/v1/prompts/${name}`));
    expect(refusal(await give({ ...about, prompt: id }, other.eve))).toEqual([404, 'not_found']);
  });
});

describe('a request', () => {
  const run = { executionId: 'exe_01jd3z8v4q6r0s2t4v6w8y0a2c' };
  const served = { subject: 'ada', prompt: 'a', environment: 'development' };

  it.each<[string, object, string[]]>([
    ['nothing to be about', { score: 1 }, ['subject', 'prompt', 'environment']],
    ['half of it', { score: 1, subject: 'ada' }, ['prompt', 'environment']],
    ['both', { ...run, ...served, score: 1 }, ['subject', 'prompt', 'environment']],
    ['no score', run, ['score']],
    ['a score below 0', { ...run, score: -0.001 }, ['score']],
    ['a score above 1', { ...run, score: 1.001 }, ['score']],
    ['a score in words', { ...run, score: 'good' }, ['score']],
    ['an empty comment', { ...run, score: 1, comment: ' ' }, ['comment']],
    ['a comment of 2001 characters', { ...run, score: 1, comment: 'x'.repeat(2001) }, ['comment']],
    ['an id of something else', { executionId: 'dep_01jd3z8v4q6r0s2t4v6w8y0a2c', score: 1 }, ['executionId']],
    ['a subject of 256 characters', { ...served, subject: 'x'.repeat(256), score: 1 }, ['subject']],
    ['a subject with a control character', { ...served, subject: 'a\tb', score: 1 }, ['subject']],
    ['a prompt of 256 characters', { ...served, prompt: 'x'.repeat(256), score: 1 }, ['prompt']],
    ['no environment’s name', { ...served, environment: 'No!', score: 1 }, ['environment']],
    ['more than is asked', { ...run, score: 1, variant: '1.1.0' }, ['body']],
  ])('is refused with %s', async (_, body, paths) => {
    const { status, body: problem } = await give(body);
    expect([status, (problem.errors ?? []).map(({ path }: any) => path)]).toEqual([400, paths]);
  });

  it('may have the longest comment, and either end of the scale', async () => {
    const { id } = await runOf(await plain());
    for (const score of [0, 1]) {
      const body = await ok(give({ executionId: id, score, comment: 'x'.repeat(2000) }), 201);
      expect([body.score, body.comment.length]).toEqual([score, 2000]);
    }
  });

  it('is for those who may write feedback, and its reading for those who may see what was run', async () => {
    const { id } = await runOf(await plain());
    for (const by of [viewer, home.ben]) {
      expect(refusal(await give({ executionId: id, score: 1 }, by))).toEqual([403, 'forbidden']);
    }
    const key = await apiKey(home.ada, ['feedback:write']);
    expect(await ok(give({ executionId: id, score: 1 }, key), 201)).toMatchObject({ createdBy: key.id });
    expect(refusal(await key.send('GET', '/v1/feedback'))).toEqual([403, 'forbidden']);
  });

  it('by an API key that is bound to environments is of these', async () => {
    const name = await plain();
    const { id } = await runOf(name);
    const about = { subject: 'ada', prompt: name, environment: 'development', score: 1 };
    const [here, there] = [
      await apiKey(home.ada, ['feedback:write', 'analytics:read'], ['development']),
      await apiKey(home.ada, ['feedback:write', 'analytics:read'], ['staging']),
    ];
    const given = await ok(give(about, here), 201);
    await ok(give({ executionId: id, score: 1 }, here), 201);
    expect(refusal(await give(about, there))).toEqual([403, 'forbidden']);
    expect(refusal(await give({ executionId: id, score: 1 }, there))).toEqual([404, 'not_found']);
    const tagged = await executed(home.eve, name, { tag: '1.0.0', model: 'echo' });
    expect(refusal(await give({ executionId: tagged.id, score: 1 }, here))).toEqual([404, 'not_found']);
    await ok(give({ executionId: tagged.id, score: 1 }), 201);
    expect((await list('?limit=100', there)).data).toEqual([]);
    const seen = (await list('?limit=100', here)).data;
    expect(seen.map((one: any) => one.id)).toContain(given.id);
    expect(new Set(seen.map((one: any) => one.environment))).toEqual(new Set(['development']));
  });

  it('is kept once under an Idempotency-Key', async () => {
    const { id } = await runOf(await plain());
    const key = { 'idempotency-key': crypto.randomUUID() };
    const first = await give({ executionId: id, score: 1 }, home.eve, key);
    const again = await give({ executionId: id, score: 1 }, home.eve, key);
    expect([first.status, again.status, again.body]).toEqual([201, 201, first.body]);
    expect(refusal(await give({ executionId: id, score: 0 }, home.eve, key))).toEqual([422, 'idempotency_mismatch']);
    expect((await list(`?execution=${id}`)).data).toEqual([first.body]);
    expect((await told(home.tenantId, first.body.id)).length).toBe(1);
  });

  it('is all or nothing: feedback, its event and its audit event', async () => {
    const { id } = await runOf(await plain());
    const before = (await told(home.tenantId)).length;
    const DB = withMethod(env.DB, 'batch', (batch) => async (...args) => {
      const [statements] = args as [unknown[]];
      // Its last statement cannot be.
      return batch(
        statements.length < 3 ? statements : [...statements, env.DB.prepare('INSERT INTO guards (ok) VALUES (0)')],
      );
    });
    const headers = { authorization: `Bearer ${home.eve.accessToken}` };
    const answer = await sendWith({ DB })('POST', '/v1/feedback', { executionId: id, score: 1 }, headers);
    expect(answer.status).toBe(500);
    expect((await list(`?execution=${id}`)).data).toEqual([]);
    expect((await told(home.tenantId)).length).toBe(before);
    const audited = await ok(home.ada.send('GET', '/v1/audit-events?limit=100'));
    expect(JSON.stringify(audited.data)).not.toContain(`"executionId":"${id}"`);
  });
});

describe('a comment', () => {
  it('is kept as the tenant has inputs stored', async () => {
    const own = await house('Otto');
    await model(own.ada, 'echo');
    const name = fresh('kept');
    await prompt(own.eve, name, 'Hello');
    const { id } = await executed(own.eve, name, { tag: '1.0.0', model: 'echo' });
    const comment = 'Write to ada@example.com, please.';
    const commentOf = async (storeInputs: string) => {
      await ok(own.ada.send('PATCH', '/v1/execution-settings', { storeInputs }));
      const given = await ok(give({ executionId: id, score: 1, comment }, own.eve), 201);
      const [row] = await d1('SELECT comment FROM feedback WHERE id = ?', given.id);
      expect(row.comment).toBe(given.comment);
      return given.comment;
    };
    expect(await commentOf('whole')).toBe(comment);
    expect(await commentOf('masked')).not.toContain('ada@example.com');
    expect(await commentOf('masked')).toContain('Write to');
    expect(await commentOf('none')).toBeNull();
  });
});

describe('the list', () => {
  it('pages from new to old, by prompt, environment and variant', async () => {
    const { name, subjects } = await halves();
    const given: any[] = [];
    for (let i = 0; i < 5; i++) {
      const subject = subjects[i % 2 === 0 ? '1.0.0' : '1.1.0'];
      given.unshift(await ok(give({ subject, prompt: name, environment: 'development', score: i / 4 }), 201));
    }
    const walk = async (query: string) => {
      const found: any[] = [];
      let cursor = '';
      do {
        const page = await list(`?limit=2&${query}${cursor}`);
        expect(page.data.length).toBeLessThanOrEqual(2);
        found.push(...page.data);
        cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
      } while (cursor !== '');
      return found;
    };
    expect(await walk(`prompt=${name}`)).toEqual(given);
    expect(await walk(`prompt=${given[0].promptId}&environment=development`)).toEqual(given);
    expect(await walk(`prompt=${name}&variant=1.1.0`)).toEqual(given.filter(({ variant }) => variant === '1.1.0'));
    expect(await walk(`prompt=${name}&environment=production`)).toEqual([]);
    expect(refusal(await viewer.send('GET', '/v1/feedback?prompt=nothing'))).toEqual([404, 'not_found']);
    for (const query of ['limit=0', 'limit=101', 'cursor=nonsense', 'execution=x', 'environment=No!', 'variant=']) {
      expect((await viewer.send('GET', `/v1/feedback?${query}`)).status, query).toBe(400);
    }
  });
});
