import { beforeAll, describe, expect, it } from 'vitest';
import { ask, launch, split, subjectsOf } from '../../support/experiments.ts';
import { execute, executed, model } from '../../support/executions.ts';
import { fresh, house, type House } from '../../support/house.ts';
import { apiKey, move, ok, prompt, release, version } from '../../support/team.ts';
import { rememberOutbox, told } from '../../support/told.ts';

let home: House;

beforeAll(async () => {
  await rememberOutbox();
  home = await house();
  for (const name of ['echo', 'other', 'spare']) await model(home.ada, name);
});

/** A prompt that is served in two halves, with what each names as its model. */
async function halves(
  first: object = {},
  second: object = {},
): Promise<{ name: string; subjects: Record<string, string> }> {
  const name = fresh('halves');
  await prompt(home.eve, name, 'first {{who}}', first);
  await version(home.eve, name, '1.1.0', 'second {{who}}', second);
  await launch(home.eve, [split(name, { '1.0.0': 50, '1.1.0': 50 })]);
  return { name, subjects: await subjectsOf(home.app, 'development', name, ['1.0.0', '1.1.0']) };
}

const TEXTS: Record<string, string> = { '1.0.0': 'first', '1.1.0': 'second' };
const runs = (name: string, more: object) =>
  executed(home.eve, name, { environment: 'development', variables: { who: 'Ada' }, ...more });

describe('a run for a subject', () => {
  it('is of the version that the edge serves it, and says so wherever it is told of', async () => {
    const { name, subjects } = await halves();
    for (const [tag, subject] of Object.entries(subjects)) {
      const run = await runs(name, { subject, model: 'echo' });
      const text = `${TEXTS[tag]} Ada`;
      expect(run).toMatchObject({ status: 'completed', tag, variant: tag, environment: 'development', output: text });
      expect(await ok(home.eve.send('GET', `/v1/executions/${run.id}`))).toMatchObject({ tag, variant: tag });
      const { data } = await ok(home.eve.send('GET', `/v1/executions?prompt=${name}`));
      expect(data.find(({ id }: any) => id === run.id)).toMatchObject({ tag, variant: tag });
      const [event, ...more] = await told(home.tenantId, run.id);
      expect(more).toEqual([]);
      expect(event).toMatchObject({ type: 'execution.completed', body: { prompt: name, tag, variant: tag } });
      // Who it was for is nobody's business.
      expect(JSON.stringify([run, event])).not.toContain(subject);
    }
  });

  it('has no variant without a subject, a tag, or anything to choose', async () => {
    const { name, subjects } = await halves();
    expect(await runs(name, { model: 'echo' })).toMatchObject({ tag: '1.0.0', variant: null });
    const tagged = await executed(home.eve, name, { tag: '1.1.0', model: 'echo', variables: { who: 'Ada' } });
    expect(tagged).toMatchObject({ tag: '1.1.0', variant: null });
    await release(home.eve, [], 'development', [`prompt:${name}@1.1.0`]);
    const run = await runs(name, { model: 'echo', subject: subjects['1.0.0'] });
    expect(run).toMatchObject({ tag: '1.1.0', variant: null });
    expect((await told(home.tenantId, run.id))[0]?.body).toMatchObject({ tag: '1.1.0', variant: null });
  });

  it('is on the model that its version names, with its settings, unless another is asked for', async () => {
    const { name, subjects } = await halves(
      { model: { name: 'echo', temperature: 0 } },
      { model: { model: 'other', temperature: 1 } },
    );
    for (const [tag, expected] of [
      ['1.0.0', 'echo'],
      ['1.1.0', 'other'],
    ] as const) {
      const subject = subjects[tag];
      expect((await runs(name, { subject })).model.name).toBe(expected);
      expect((await runs(name, { subject, model: 'spare' })).model.name).toBe('spare');
    }
    // By the prompt's id, and through a key that is let in while it is read.
    const { id } = await ok(home.eve.send('GET', `/v1/prompts/${name}`));
    const key = await apiKey(home.ada, ['executions:run', 'executions:read']);
    const body = { environment: 'development', variables: { who: 'Ada' }, subject: subjects['1.1.0'] };
    expect(await executed(key, id, body)).toMatchObject({ tag: '1.1.0', model: { name: 'other' } });
  });

  it('is refused where its version names no model, and the other does', async () => {
    const { name, subjects } = await halves({ model: { name: 'echo' } }, {});
    expect((await runs(name, { subject: subjects['1.0.0'] })).tag).toBe('1.0.0');
    const body = { environment: 'development', variables: { who: 'Ada' }, subject: subjects['1.1.0'] };
    const { status, body: problem } = await execute(home.eve, name, body);
    expect([status, problem.errors?.[0].code]).toEqual([400, 'model_missing']);
  });

  it('falls back on the models of its own version’s', async () => {
    // Nobody has given it a key.
    await model(home.ada, 'locked', { provider: 'openai', model: 'gpt-4o-mini', fallbacks: ['spare'] });
    const { name, subjects } = await halves({ model: { name: 'echo' } }, { model: { name: 'locked' } });
    const run = await runs(name, { subject: subjects['1.1.0'] });
    expect(run).toMatchObject({ tag: '1.1.0', status: 'completed', attempt: 2, model: { name: 'spare' } });
  });

  it('needs the models of all versions that it may be of, where they are governed', async () => {
    const name = fresh('governed');
    await prompt(home.eve, name, 'first', { model: { name: 'echo' } });
    await version(home.eve, name, '1.1.0', 'second', { model: { name: 'other' } });
    await release(home.eve, [home.ben], 'staging', ['model:echo@1']);
    const { id } = await ok(ask(home.eve, 'staging', [split(name, { '1.0.0': 50, '1.1.0': 50 })]));
    await ok(move(home.ben, id, 'approve'));
    await ok(move(home.eve, id, 'deploy'));
    const subjects = await subjectsOf(home.app, 'staging', name, ['1.0.0', '1.1.0']);
    const runsIn = (tag: string) => execute(home.eve, name, { environment: 'staging', subject: subjects[tag] });
    expect((await runsIn('1.0.0')).status).toBe(202);
    expect((await runsIn('1.1.0')).body.code).toBe('not_deployed');
  });

  it('is answered from the cache of its own version alone', async () => {
    const { name, subjects } = await halves();
    const cached = (tag: string) =>
      runs(name, { subject: subjects[tag], model: 'echo', cache: true, parameters: { temperature: 0 } });
    expect((await cached('1.0.0')).cached).toBe(false);
    expect(await cached('1.1.0')).toMatchObject({ cached: false, output: 'second Ada' });
    expect(await cached('1.0.0')).toMatchObject({ cached: true, output: 'first Ada' });
  });

  it.each([
    ['a tag', { tag: '1.0.0', subject: 'ada' }],
    ['no characters', { environment: 'development', subject: '' }],
    ['256 characters', { environment: 'development', subject: 'x'.repeat(256) }],
    ['a control character', { environment: 'development', subject: 'a\u0000b' }],
    ['a number', { environment: 'development', subject: 7 }],
  ])('is refused with %s', async (_, body) => {
    const { status, body: problem } = await execute(home.eve, 'any', { model: 'echo', ...body });
    expect([status, problem.errors?.[0].path]).toEqual([400, 'subject']);
  });
});
