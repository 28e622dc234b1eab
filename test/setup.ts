import { applyD1Migrations } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import type { D1Migration } from '@cloudflare/vitest-plugin';
import { afterAll } from 'vitest';
import { assertNoLeaks, overhearConsole } from './support/secrets.ts';
import { assertWellTold, rememberOutbox } from './support/told.ts';

await applyD1Migrations(env.DB, (env as unknown as { TEST_MIGRATIONS: D1Migration[] }).TEST_MIGRATIONS);
await rememberOutbox();
overhearConsole();
afterAll(() => assertNoLeaks());
afterAll(() => assertWellTold());
