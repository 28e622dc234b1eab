import { beforeAll, describe, expect, it, vi } from 'vitest';
import { deploymentStub, environmentStub, fresh, house, type House, servedEverywhere } from '../../support/house.ts';
import { rebind } from '../../support/interruption.ts';
import { model } from '../../support/executions.ts';
import { ok, prompt, request } from '../../support/team.ts';
import { d1, sendWith } from '../../support/workbench.ts';

let home: House;
let other: House;

beforeAll(async () => {
  home = await house();
  other = await house('Zoe');
});

/** Gives a tenant more active prompts, without the ceremony. */
async function seed(into: House, count: number): Promise<void> {
  const [at] = await d1(`SELECT id FROM environments WHERE tenant_id = ? AND name = 'development'`, into.tenantId);
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
  const t = into.tenantId;
  await d1(
    `INSERT INTO entries (tenant_id, id, type, name, kind, tags, locale, latest_number, latest_tag, created_by, created_at, updated_at)
     ${numbers} SELECT ?, printf('prm_seed%022d', i), 'prompt', 'seed/' || i, 'text', '[]', 'en', 1, '1.0.0', 'x', 0, 0 FROM n`,
    t,
  );
  await d1(
    `INSERT INTO versions (tenant_id, id, entry_id, tag, number, locale, content, variables, content_hash, size, created_by, author_id, created_at)
     ${numbers} SELECT ?, printf('ver_seed%022d', i), printf('prm_seed%022d', i), '1.0.0', 1, 'en', '{"text":"seed"}', '[]', 'h', 9, 'x', 'x', 0 FROM n`,
    t,
  );
  await d1(
    `INSERT INTO activations (tenant_id, environment_id, type, entry_id, name, version_id, tag, deployment_id, from_generation)
     ${numbers} SELECT ?, ?, 'prompt', printf('prm_seed%022d', i), 'seed/' || i, printf('ver_seed%022d', i), '1.0.0', 'dep_seed', 0 FROM n`,
    t,
    at.id,
  );
}

/** The D1 round trips of one deploy, by where they were made: as the log tells them. */
async function tripsOfDeploy(by: House, items: number, models = 0): Promise<Record<string, number>> {
  const names = Array.from({ length: items }, () => fresh('many'));
  const kinds = names.map((name, i) => ({
    type: i < models ? 'model' : 'prompt',
    name,
    tag: i < models ? '1' : '1.0.0',
  }));
  for (const { type, name } of kinds) {
    await (type === 'model' ? model(by.ada, name) : prompt(by.eve, name, `Hello from ${name}`));
  }
  const { id } = await ok(
    request(
      by.eve,
      'development',
      kinds.map(({ type, name, tag }) => `${type}:${name}@${tag}`),
    ),
  );
  const told = () => ({ LOG_LEVEL: 'info' });
  await rebind((await environmentStub(by, 'development'))(), told);
  await rebind(deploymentStub(by, id), told);
  const lines = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const send = sendWith(told());
  const answer = await send('POST', `/v1/deployments/${id}/deploy`, undefined, {
    authorization: `Bearer ${by.eve.accessToken}`,
  });
  const logged = lines.mock.calls.map(([line]) => JSON.parse(String(line)));
  lines.mockRestore();
  expect(answer.body).toMatchObject({
    status: 'deployed',
    items: kinds.map((kind) => ({ ...kind, previousTag: null })),
  });
  expect(await servedEverywhere(by, 'development', names.at(-1) ?? '')).toMatchObject({ deploymentId: id });
  return Object.fromEntries(logged.map((line) => [line.operation ?? line.message, line.d1]));
}

const sum = (trips: Record<string, number>): number => Object.values(trips).reduce((total, count) => total + count, 0);

describe('a deploy of 20 items', () => {
  it('takes at most 8 round trips to D1, in a tenant with 10 prompts as in one with 2,000', async () => {
    await seed(home, 10);
    await seed(other, 2000);
    const [small, large] = [await tripsOfDeploy(home, 20), await tripsOfDeploy(other, 20)];
    expect(Object.keys(small).toSorted()).toEqual(['commit', 'deploy', 'publish', 'request', 'start']);
    expect(sum(small)).toBeLessThanOrEqual(8);
    expect(large).toEqual(small);
  });

  it('takes no more than one of a single item, nor where half of them are models', async () => {
    const one = sum(await tripsOfDeploy(home, 1));
    expect(sum(await tripsOfDeploy(home, 20))).toBe(one);
    expect(sum(await tripsOfDeploy(home, 20, 10))).toBe(one);
  });
});
