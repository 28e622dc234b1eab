import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sequence } from '../../support/model/commands.ts';
import { play } from '../../support/model/perform.ts';
import { World } from '../../support/model/world.ts';

/** From test/vitest.config.ts: what the shell says of how long to look, and where to begin. */
interface Wishes {
  FOOTLIGHT_LONG: string;
  /** What a failure printed as its seed and path, to see it again. */
  FOOTLIGHT_SEED: string;
  FOOTLIGHT_PATH: string;
  FOOTLIGHT_RUNS: string;
}
const wishes = env as unknown as Wishes;

const LONG = wishes.FOOTLIGHT_LONG !== '';
const RUNS = Number(wishes.FOOTLIGHT_RUNS) || (LONG ? 2_000 : 8);
const MINUTE = 60_000;

describe('random sequences of deploy operations', () => {
  it(
    `agree with a simple model in all that the edge serves, ${RUNS} of them`,
    async () => {
      const tally = new Map<string, number>();
      let played = 0;
      const again = wishes.FOOTLIGHT_SEED === '' ? {} : { seed: Number(wishes.FOOTLIGHT_SEED) };
      await fc.assert(
        fc.asyncProperty(sequence, async (commands) => {
          const world = new World();
          try {
            await play(world, commands);
          } catch (error) {
            throw new Error(`${(error as Error).message}\n\nafter\n  ${world.trace.join('\n  ')}\n`, { cause: error });
          }
          played++;
          // oxlint-disable-next-line eslint/no-console -- long runs tell how far they are
          if (LONG && played % 100 === 0) console.log(`${played} sequences agree`);
          for (const [what, times] of world.tally) {
            const kind = what.split(' → ')[0] ?? what;
            tally.set(kind, (tally.get(kind) ?? 0) + times);
          }
        }),
        {
          ...again,
          ...(wishes.FOOTLIGHT_PATH === '' ? {} : { path: wishes.FOOTLIGHT_PATH }),
          numRuns: RUNS,
          plugins: [fc.interruptAfterTimeLimit(LONG ? 150 * MINUTE : 4 * MINUTE)],
        },
      );
      const counts = [...tally].map(([what, times]) => `${what}: ${times}`).toSorted((a, b) => (a < b ? -1 : 1));
      // oxlint-disable-next-line eslint/no-console -- what a long run came across is half of its result
      if (LONG) console.log(`${played} sequences\n${counts.join('\n')}`);
      // A model that never gets anywhere agrees with everything.
      expect(tally.get('deploy 200') ?? 0).toBeGreaterThan(played / 4);
      expect(tally.get('rollback 201') ?? 0).toBeGreaterThan(played / 20);
    },
    LONG ? 160 * MINUTE : 5 * MINUTE,
  );
});
