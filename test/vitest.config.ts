import { availableParallelism } from 'node:os';
import path from 'node:path';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { generateSecrets } from '../scripts/secrets.mjs';

const root = path.resolve(import.meta.dirname, '..');

const bindings = {
  ...generateSecrets(),
  // The least that scrypt takes here: a login costs a millisecond, not 200.
  PASSWORD_SCRYPT_N: '1024',
  // Real lines are written, for test/support/secrets.ts to look into.
  LOG_LEVEL: 'info',
  CORS_ORIGINS: 'https://app.example.com',
  // Fake providers listen on this machine.
  PROVIDER_LOOPBACK: 'allow',
  // Else whoever waits for all that is left to do waits for their window: test/support/analytics.ts has them counted.
  COUNT_USES: 'off',
  // For test/integration/deployments/model.test.ts: how long to look, and where a failure was found.
  FOOTLIGHT_LONG: process.env.FOOTLIGHT_LONG ?? '',
  FOOTLIGHT_RUNS: process.env.FOOTLIGHT_RUNS ?? '',
  FOOTLIGHT_SEED: process.env.FOOTLIGHT_SEED ?? '',
  FOOTLIGHT_PATH: process.env.FOOTLIGHT_PATH ?? '',
};

/** Queues that nobody listens to, so that nothing happens behind a test's back: it hands messages over itself. */
const QUIET: object = {
  queueProducers: {
    EVENTS: { queueName: 'unheard-events' },
    EVALUATIONS_QUEUE: { queueName: 'unheard-evaluations' },
  },
};

/** Real ones, that give up soon. */
const QUICK = Object.fromEntries(
  ['events', 'evaluations'].flatMap((name) => [
    [`footlight-${name}`, { maxBatchTimeout: 0.05, maxRetries: 0, deadLetterQueue: `footlight-${name}-dead` }],
    [`footlight-${name}-dead`, { maxBatchTimeout: 0.05 }],
  ]),
);

const workerd = (more: object = {}, queues = QUIET) =>
  cloudflareTest({
    wrangler: { configPath: `${root}/wrangler.toml` },
    miniflare: { bindings: { ...bindings, ...more }, ...queues },
  });

const byTheDoor = {
  include: ['test/integration/**/*.test.ts'],
  globalSetup: ['test/support/upstream/global-setup.ts'],
  setupFiles: ['test/setup.ts'],
  testTimeout: 30_000,
  hookTimeout: 60_000,
};

const migrations = { TEST_MIGRATIONS: await readD1Migrations(`${root}/migrations`) };

export default defineConfig({
  root,
  test: {
    // Else vitest leaves one core to itself, which hardly needs it.
    maxWorkers: availableParallelism(),
    projects: [
      {
        // Pure: nothing is kept between files, so that they can share a Worker.
        plugins: [workerd()],
        test: { name: 'unit', include: ['test/unit/**/*.test.ts'], isolate: false, testTimeout: 30_000 },
      },
      {
        plugins: [workerd(migrations)],
        // Each file's stores are its own (test/setup.ts); a Worker of its own would take longer to start than most files take.
        test: { ...byTheDoor, name: 'integration', isolate: false },
      },
      {
        plugins: [workerd(migrations, { queueConsumers: QUICK })],
        test: { ...byTheDoor, name: 'queues', include: ['test/queues/**/*.test.ts'] },
      },
    ],
  },
});
