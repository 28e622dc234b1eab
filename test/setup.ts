import { reset } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { D1Migration } from '@cloudflare/vitest-plugin';
import { afterAll, vi } from 'vitest';
import { assertNoLeaks, forgetSecrets, overhearConsole } from './support/secrets.ts';
import { assertWellTold, rememberOutbox } from './support/told.ts';
import { d1 } from './support/workbench.ts';

// Files share a Worker, which costs more to start than most files' tests take. Each finds it as new: empty stores, no spies, the real time.
vi.restoreAllMocks();
vi.useRealTimers();
forgetSecrets();

// What the last file left running can keep a store from being deleted.
do await reset();
while ((await d1(`SELECT 1 FROM sqlite_master WHERE name = 'tenants'`)).length > 0);

// In one batch: one by one, as applyD1Migrations has them, they take longer than most files' tests.
const migrations = (env as unknown as { TEST_MIGRATIONS: D1Migration[] }).TEST_MIGRATIONS;
await env.DB.batch(migrations.flatMap(({ queries }) => queries.map((query) => env.DB.prepare(query))));
await rememberOutbox();
overhearConsole();
afterAll(() => assertNoLeaks());
afterAll(() => assertWellTold());
