// Plants a small house that breaks the import law once for each rule, cruises it once, and sees every violation caught and nothing else.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';

import { importLaw } from '../../scripts/import-law.mjs';

/** A house in order: every arrow that the law allows. */
const GOOD = {
  'src/worker.ts': `
    import { consume } from './prompts/consumer.ts';
    import { listPrompts } from './prompts/public.ts';
    export { DeploymentObject } from '../durable-objects/deployment-object.ts';
    export default { fetch: async () => (await import('./app.ts')).app, queue: consume, ports: listPrompts };`,
  'src/app.ts': `
    import { Hono } from 'hono';
    import { routes } from './prompts/routes.ts';
    import { deploymentRoutes } from './deployments/routes/post-deployments.ts';
    import { send } from './platform/http/send.ts';
    export const app = [Hono, routes, deploymentRoutes, send];`,
  'src/kernel/ids.ts': `import { createHash } from 'node:crypto'; export const newId = createHash;`,
  'src/platform/http/send.ts': `import { Hono } from 'hono'; import { newId } from '../../kernel/ids.ts'; export const send = [Hono, newId];`,
  'src/platform/db/db.ts': `import { drizzle } from 'drizzle-orm/d1'; export const db = drizzle;`,
  'src/templates/public.ts': `export { render } from './domain.ts';`,
  'src/templates/domain.ts': `import Mustache from 'mustache'; export const render = Mustache;`,
  'src/prompts/public.ts': `export { listPrompts } from './queries/list.ts'; export { prompts } from './table.ts';`,
  'src/prompts/public-http.ts': `export { PromptSchema } from './schemas.ts';`,
  'src/prompts/routes.ts': `
    import { createRoute } from '@hono/zod-openapi';
    import { create } from './commands/create.ts';
    import { PromptSchema } from './schemas.ts';
    export const routes = [createRoute, create, PromptSchema];`,
  'src/prompts/schemas.ts': `
    import { z } from '@hono/zod-openapi';
    import { createSelectSchema } from 'drizzle-zod';
    import { prompts } from './table.ts';
    export const PromptSchema = [z, createSelectSchema, prompts];`,
  'src/prompts/commands/create.ts': `
    import { save } from '../repo.ts';
    import { decide } from '../domain/prompt.ts';
    export const create = [save, decide];`,
  'src/prompts/queries/list.ts': `import { list } from '../repo.ts'; export const listPrompts = list;`,
  'src/prompts/consumer.ts': `import { create } from './commands/create.ts'; export const consume = create;`,
  'src/prompts/domain/prompt.ts': `
    import { diffLines } from 'diff';
    import { newId } from '../../kernel/ids.ts';
    import { render } from '../../templates/public.ts';
    export const decide = [newId, render, diffLines];`,
  'src/prompts/repo.ts': `
    import { eq } from 'drizzle-orm';
    import { db } from '../platform/db/db.ts';
    import { prompts } from './table.ts';
    export const save = [eq, db, prompts]; export const list = save;`,
  'src/prompts/table.ts': `
    import { sqliteTable } from 'drizzle-orm/sqlite-core';
    import { tenants } from '../tenants/table.ts';
    export const prompts = [sqliteTable, tenants];`,
  'src/tenants/table.ts': `import { sqliteTable } from 'drizzle-orm/sqlite-core'; export const tenants = sqliteTable;`,
  'src/deployments/stub.ts': `
    import type { DeploymentObject } from '../../durable-objects/deployment-object.ts';
    export type Stub = DeploymentObject;`,
  'src/deployments/commands/approve.ts': `import type { Stub } from '../stub.ts'; export const approve = (s: Stub) => s;`,
  'src/deployments/public.ts': `export { approve } from './commands/approve.ts';`,
  'src/deployments/routes/post-deployments.ts': `
    import { approve } from '../commands/approve.ts';
    import { PromptSchema } from '../../prompts/public-http.ts';
    export const deploymentRoutes = [approve, PromptSchema];`,
  'src/deployments/domain/deployment.ts': `export const move = 1;`,
  'durable-objects/deployment-object.ts': `
    import { DurableObject } from 'cloudflare:workers';
    import { move } from '../src/deployments/domain/deployment.ts';
    import type { approve } from '../src/deployments/public.ts';
    export class DeploymentObject extends DurableObject { moves: typeof approve = move; }`,
};

/** What breaks it: [rule, file, its text, what it wrongly imports]. Types count wherever a value would. */
const BAD = [
  [
    'kernel-imports-nothing',
    'src/kernel/clock.ts',
    `import { db } from '../platform/db/db.ts';`,
    'src/platform/db/db.ts',
  ],
  [
    'platform-imports-kernel-only',
    'src/platform/queue/send.ts',
    `import { approve } from '../../deployments/public.ts';`,
  ],
  ['room-imports-no-root', 'src/social/queries/feed.ts', `import { app } from '../../app.ts';`, 'src/app.ts'],
  ['nothing-imports-tests', 'src/social/queries/fake.ts', `import { fake } from '../../../test/support/fake.ts';`],
  ['nothing-imports-tests', 'src/social/queries/vitest.ts', `import { vi } from 'vitest';`, 'vitest'],
  [
    'room-through-public',
    'src/social/queries/likes.ts',
    `import type { decide } from '../../prompts/domain/prompt.ts';`,
  ],
  [
    'room-through-public',
    'src/social/queries/lazy.ts',
    `export const lazy = () => import('../../prompts/queries/list.ts');`,
  ],
  [
    'public-http-is-for-http',
    'src/social/queries/schema.ts',
    `import { PromptSchema } from '../../prompts/public-http.ts';`,
  ],
  ['table-imports-tables', 'src/ops/table.ts', `import { send } from '../platform/http/send.ts';`],
  ['tier-1-imports-above', 'src/members/queries/a.ts', `import { listPrompts } from '../../prompts/public.ts';`],
  ['tier-1-imports-above', 'src/members/table.ts', `import { prompts } from '../prompts/table.ts';`],
  ['tier-2-imports-above', 'src/models/queries/a.ts', `import type { approve } from '../../deployments/public.ts';`],
  ['tier-3-imports-above', 'src/edge/queries/a.ts', `import { run } from '../../executions/public.ts';`],
  ['tier-4-imports-above', 'src/evaluations/queries/a.ts', `import { trend } from '../../analytics/public.ts';`],
  ['domain-is-pure', 'src/datasets/domain.ts', `import type { db } from '../platform/db/db.ts';`],
  ['domain-is-pure', 'src/datasets/domain/zod.ts', `import { z } from 'zod';`, 'zod'],
  ['domain-is-pure', 'src/deployments/domain/risk.ts', `import { listPrompts } from '../../prompts/public.ts';`],
  ['layer-routes', 'src/prompts/routes/get.ts', `import { consume } from '../consumer.ts';`],
  ['layer-schemas', 'src/prompts/schemas/one.ts', `import { listPrompts } from '../queries/list.ts';`],
  ['layer-commands', 'src/prompts/commands/bad.ts', `import { consume } from '../consumer.ts';`],
  ['layer-queries', 'src/prompts/queries/bad.ts', `import { consume } from '../consumer.ts';`],
  ['layer-public', 'src/models/public.ts', `export { ModelSchema } from './schemas.ts';`],
  ['layer-consumer', 'src/assets/consumer.ts', `import { listPrompts } from './public.ts';`],
  ['layer-workflow', 'src/assets/workflow.ts', `import { listPrompts } from './public.ts';`],
  ['layer-repo', 'src/prompts/repo/bad.ts', `import { PromptSchema } from '../schemas.ts';`],
  ['layer-errors-events-stub', 'src/prompts/events.ts', `import { create } from './commands/create.ts';`],
  ['repo-is-behind-commands', 'src/prompts/helper.ts', `import { save } from './repo.ts';`],
  ['table-is-behind-repo', 'src/prompts/helper-too.ts', `import { prompts } from './table.ts';`],
  ['schemas-are-http', 'src/prompts/queries/schema.ts', `import { PromptSchema } from '../schemas.ts';`],
  ['routes-are-mounted-by-app', 'src/prompts/helper-three.ts', `import { routes } from './routes.ts';`],
  ['app-composes', 'src/app.ts', `import { save } from './datasets/domain/zod.ts';`],
  ['worker-composes', 'src/worker.ts', `import { save } from './datasets/domain/zod.ts';`],
  ['start-up-is-light', 'src/worker.ts', '', 'src/datasets/domain/zod.ts'],
  [
    'object-is-a-thin-shell',
    'durable-objects/fat-object.ts',
    `import { approve } from '../src/deployments/public.ts';`,
  ],
  [
    'object-only-in-worker',
    'src/environments/stub.ts',
    `import { FatObject } from '../../durable-objects/fat-object.ts';`,
  ],
  [
    'object-through-stub',
    'src/environments/queries/a.ts',
    `import type { F } from '../../../durable-objects/fat-object.ts';`,
  ],
  ['edge-is-light', 'src/edge/repo.ts', `import { eq } from 'drizzle-orm';`, 'drizzle-orm'],
  ['package-hono', 'src/social/queries/hono.ts', `import type { Context } from 'hono';`, 'hono'],
  [
    'package-hono-zod-openapi',
    'src/social/queries/z.ts',
    `import { z } from '@hono/zod-openapi';`,
    '@hono/zod-openapi',
  ],
  ['package-drizzle-orm', 'src/social/queries/sql.ts', `import { sql } from 'drizzle-orm';`, 'drizzle-orm'],
  [
    'package-drizzle-zod',
    'src/social/queries/dz.ts',
    `import { createSelectSchema } from 'drizzle-zod';`,
    'drizzle-zod',
  ],
  ['package-jose', 'src/social/queries/jose.ts', `import { jwtVerify } from 'jose';`, 'jose'],
  ['package-openai', 'src/models/queries/openai.ts', `import OpenAI from 'openai';`, 'openai'],
  [
    'package-anthropic-ai-sdk',
    'src/models/queries/claude.ts',
    `import Anthropic from '@anthropic-ai/sdk';`,
    '@anthropic-ai/sdk',
  ],
  ['no-cycle', 'src/content/domain/a.ts', `import { b } from './b.ts'; export const a = b;`],
  ['no-orphan', 'src/compat/stub.ts', `export const nobody = 1;`],
  ['no-unresolvable', 'src/compat/queries/gone.ts', `import { gone } from './not-there.ts';`],
  ['unknown-room', 'src/cellar/queries/wine.ts', `import { newId } from '../../kernel/ids.ts';`],
  ['unknown-root', 'src/helpers.ts', `import { newId } from './kernel/ids.ts';`],
  ['no-test-code-in-src', 'src/social/queries/feed.test.ts', `import { newId } from '../../kernel/ids.ts';`],
];

/** What the bad files need to exist; harmless by themselves. */
const PROPS = {
  'src/executions/public.ts': `export const run = 1;`,
  'src/analytics/public.ts': `export const trend = 1;`,
  'src/models/schemas.ts': `export const ModelSchema = 1;`,
  'src/assets/public.ts': `export const listPrompts = 1;`,
  'src/content/domain/b.ts': `import { a } from './a.ts'; export const b = a;`,
  'src/audit/commands/one.ts': `import { two } from '../../settings/public.ts'; export const one = two;`,
  'src/audit/public.ts': `export { one } from './commands/one.ts'; export const three = 3;`,
  'src/settings/queries/two.ts': `import { three } from '../../audit/public.ts'; export const four = three;`,
  'src/settings/public.ts': `export const two = 2;`,
  'test/support/fake.ts': `export const fake = 1;`,
};

const PACKAGES = ['hono', '@hono/zod-openapi', 'drizzle-orm', 'drizzle-zod', 'jose', 'openai', '@anthropic-ai/sdk'];
PACKAGES.push('vitest', 'zod', 'mustache', 'diff');

const root = mkdtempSync(path.join(tmpdir(), 'footlight-law-'));
after(() => rmSync(root, { recursive: true, force: true }));

function plant(name, files) {
  const directory = path.join(root, name);
  const packages = PACKAGES.flatMap((pkg) => [
    [`node_modules/${pkg}/package.json`, JSON.stringify({ name: pkg, version: '1.0.0', main: 'index.js' })],
    ...['index', 'd1', 'sqlite-core'].map((file) => [`node_modules/${pkg}/${file}.js`, 'module.exports = {};']),
  ]);
  for (const [file, text] of [...packages, ...Object.entries(files)]) {
    const target = path.join(directory, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
  return directory;
}

test('a house in order passes', async () => {
  const { modules, violations } = await importLaw(plant('good', GOOD));
  assert.deepEqual(violations, []);
  assert.equal(modules, Object.keys(GOOD).length);
});

test('each planted violation is caught', async (t) => {
  const files = { ...GOOD, ...PROPS };
  for (const [, file, text] of BAD) files[file] = `${files[file] ?? ''}\n${text}`;
  const { violations } = await importLaw(plant('bad', files));
  for (const [rule, file, , target] of BAD) {
    await t.test(`${rule}: ${file}`, () => {
      const found = violations.filter((v) => v.rule === rule && v.from === file);
      assert.ok(
        found.length > 0,
        `not caught; of this file: ${JSON.stringify(violations.filter((v) => v.from === file))}`,
      );
      if (target)
        assert.ok(
          found.some(({ to }) => to.includes(target)),
          `caught, but for ${found.map((v) => v.to).join()}`,
        );
    });
  }
  await t.test('no-room-cycle: audit ⇄ settings, though no file is in a cycle', () => {
    assert.deepEqual(
      violations.filter((v) => v.rule === 'no-room-cycle').map((v) => v.to),
      ['audit → settings → audit'],
    );
    assert.ok(!violations.some((v) => v.rule === 'no-cycle' && v.to.includes('src/audit')));
  });
  await t.test('every rule of the law is planted', async () => {
    const { default: law } = await import('../../.dependency-cruiser.cjs');
    const planted = new Set(BAD.map(([rule]) => rule));
    const rules = [...law.forbidden, ...law.required].map(({ name }) => name);
    assert.deepEqual(
      rules.filter((rule) => !planted.has(rule)),
      [],
    );
  });
  await t.test('a file that breaks nothing is not accused', () => {
    const guilty = new Set([...BAD.map(([, file]) => file), 'src/content/domain/b.ts', 'audit', 'src/cellar']);
    assert.deepEqual(
      violations.filter((v) => !guilty.has(v.from)).map((v) => `${v.rule}: ${v.from}`),
      [],
    );
  });
});

test('a file that the parser does not see is reported', async () => {
  const directory = plant('blind', GOOD);
  cpSync(path.join(directory, 'src/kernel/ids.ts'), path.join(directory, 'src/kernel/node_modules/hidden.ts'), {
    recursive: true,
  });
  const { violations } = await importLaw(directory);
  assert.deepEqual(
    violations.map(({ rule, from }) => `${rule}: ${from}`),
    ['every-file-is-cruised: src/kernel/node_modules/hidden.ts'],
  );
});
