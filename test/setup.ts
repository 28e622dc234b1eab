import { env } from 'cloudflare:workers';
import type { D1Migration } from '@cloudflare/vitest-plugin';
import { afterAll } from 'vitest';
import { assertNoLeaks, overhearConsole } from './support/secrets.ts';
import { assertWellTold, rememberOutbox } from './support/told.ts';

// In one batch: one by one, as applyD1Migrations has them, they take longer than most files' tests.
const migrations = (env as unknown as { TEST_MIGRATIONS: D1Migration[] }).TEST_MIGRATIONS;
await env.DB.batch(migrations.flatMap(({ queries }) => queries.map((query) => env.DB.prepare(query))));
await rememberOutbox();
overhearConsole();
afterAll(() => assertNoLeaks());
afterAll(() => assertWellTold());
