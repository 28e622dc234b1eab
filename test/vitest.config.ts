import path from 'node:path';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { generateSecrets } from '../scripts/secrets.mjs';

const root = path.resolve(import.meta.dirname, '..');

export default defineConfig(async () => ({
  root,
  plugins: [
    cloudflareTest({
      wrangler: { configPath: `${root}/wrangler.toml` },
      miniflare: {
        bindings: {
          ...generateSecrets(),
          // The least that scrypt takes here: a login costs a millisecond, not 200.
          PASSWORD_SCRYPT_N: '1024',
          // Real lines are written, for test/support/secrets.ts to look into.
          LOG_LEVEL: 'info',
          CORS_ORIGINS: 'https://app.example.com',
          // Fake providers listen on this machine.
          PROVIDER_LOOPBACK: 'allow',
          // For test/integration/deployments/model.test.ts: how long to look, and where a failure was found.
          FOOTLIGHT_LONG: process.env.FOOTLIGHT_LONG ?? '',
          FOOTLIGHT_RUNS: process.env.FOOTLIGHT_RUNS ?? '',
          FOOTLIGHT_SEED: process.env.FOOTLIGHT_SEED ?? '',
          FOOTLIGHT_PATH: process.env.FOOTLIGHT_PATH ?? '',
          TEST_MIGRATIONS: await readD1Migrations(`${root}/migrations`),
        },
      },
    }),
  ],
  test: {
    include: ['test/unit/**/*.test.ts', 'test/integration/**/*.test.ts'],
    globalSetup: ['test/support/upstream/global-setup.ts'],
    setupFiles: ['test/setup.ts'],
    testTimeout: 30_000,
  },
}));
