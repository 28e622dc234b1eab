import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newTally, Sampler, type Tally } from '../../../src/platform/queue/sample.ts';

/** As the hot path does it. */
function count(sampler: Sampler<string>, tally: Tally<string>): void {
  if (tally.counting) tally.count++;
  else sampler.admit(tally);
}

/** Random numbers that are the same each time (Mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const total = (gathered: { count: number }[]): number => gathered.reduce((sum, { count: n }) => sum + n, 0);

describe('gathering', () => {
  it('counts each thing exactly while there are few', () => {
    const things = fc.array(fc.tuple(fc.constantFrom('ten_a', 'ten_b'), fc.nat(9)), { maxLength: 400, size: 'max' });
    fc.assert(
      fc.property(things, fc.nat(3), (events, windows) => {
        const sampler = new Sampler<string>({ exactMax: 10, random: Math.random });
        const tallies = new Map<string, Tally<string>>();
        const told = new Map<string, number>();
        const tell = () => {
          for (const { tenantId, of, count: n } of sampler.take()) {
            told.set(`${tenantId} ${of}`, (told.get(`${tenantId} ${of}`) ?? 0) + n);
          }
        };
        const truth = new Map<string, number>();
        for (const [i, [tenantId, thing]] of events.entries()) {
          const key = `${tenantId} ${thing}`;
          truth.set(key, (truth.get(key) ?? 0) + 1);
          // Some have a tally that is kept, as remembered answers do; others make one each time.
          const kept = tallies.get(key) ?? newTally(tenantId, String(thing), String(thing));
          if (i % 3 > 0) tallies.set(key, kept);
          count(sampler, kept);
          if (windows > 0 && i % (50 * windows) === 0) tell();
        }
        tell();
        expect(Object.fromEntries(told)).toEqual(Object.fromEntries(truth));
      }),
    );
  });

  it('has every tenant’s total right whatever the load, and tells of no more than it must', () => {
    const events = fc.array(fc.tuple(fc.constantFrom('ten_a', 'ten_b', 'ten_c'), fc.nat(500)), {
      maxLength: 3_000,
      size: 'max',
    });
    fc.assert(
      fc.property(events, fc.integer(), (all, seed) => {
        const sampler = new Sampler<string>({ exactMax: 20, random: seeded(seed) });
        for (const [tenantId, thing] of all) count(sampler, newTally(tenantId, String(thing), String(thing)));
        const gathered = sampler.take();
        for (const tenant of ['ten_a', 'ten_b', 'ten_c']) {
          const own = gathered.filter(({ tenantId }) => tenantId === tenant);
          expect(total(own)).toBe(all.filter(([tenantId]) => tenantId === tenant).length);
          expect(own.length).toBeLessThanOrEqual(20 + 80 * 4);
        }
        expect(sampler.take()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('of 100,000 fetches of 5,000 prompts has totals right, and each environment within a few per cent', () => {
    const sampler = new Sampler<string>({ exactMax: 1_000, random: seeded(7) });
    const random = seeded(8);
    const truth = new Map<string, number>();
    for (let i = 0; i < 100_000; i++) {
      const environment = random() < 0.3 ? 'staging' : 'production';
      truth.set(environment, (truth.get(environment) ?? 0) + 1);
      // A few are asked for often, most of them seldom.
      count(sampler, newTally('ten_a', `${environment} ${Math.floor(5_000 * random() ** 3)}`, environment));
    }
    const gathered = sampler.take();
    expect(total(gathered)).toBe(100_000);
    expect(gathered.length).toBeLessThan(8_000);
    for (const [environment, expected] of truth) {
      const found = total(gathered.filter(({ of }) => of === environment));
      expect(Math.abs(found - expected) / expected).toBeLessThan(0.02);
    }
  });

  it('is not misled by a rhythm', () => {
    const sampler = new Sampler<string>({ exactMax: 200, random: seeded(3) });
    for (let i = 0; i < 200; i++) count(sampler, newTally('ten_a', `first ${i}`, 'first'));
    // Eight things in turn, and at first one of eight is recorded.
    for (let i = 0; i < 12_800; i++) count(sampler, newTally('ten_a', `${i % 8}`, `${i % 8}`));
    const others = sampler.take().filter(({ of }) => of !== 'first');
    expect(others).toHaveLength(8);
    for (const { count: n } of others) expect(Math.abs(n - 1_600)).toBeLessThan(800);
  });
});
