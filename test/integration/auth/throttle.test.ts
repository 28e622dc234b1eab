import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT_RULE,
  charge,
  giveBack,
  type ThrottleRule,
  type ThrottleState,
} from '../../../src/auth/domain/throttle.ts';
import { chargeTry, forgetTries, returnTry } from '../../../src/auth/repo/throttles.ts';
import { batch } from '../../../src/platform/db/db.ts';
import { contextWith, d1 } from '../../support/workbench.ts';

// Rules small enough that a short sequence runs through all of their states.
const ACCOUNT: ThrottleRule = { freeFailures: 2, firstBlockMs: 100, longestBlockMs: 1000, memoryMs: 5000 };
const ADDRESS: ThrottleRule = { ...ACCOUNT, freeFailures: 3, firstBlockMs: 150 };

const step = fc.record({
  account: fc.constantFrom('a1', 'a2'),
  address: fc.constantFrom('b1', 'b2', null),
  right: fc.boolean(),
  passes: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 7000 })),
});

describe('the throttle in SQL', () => {
  it('agrees with the rule of the domain, try by try', async () => {
    const { db } = contextWith();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (steps) => {
        await d1('DELETE FROM login_throttles');
        const model = new Map<string, ThrottleState>();
        let now = 1_000_000;
        for (const { account, address, right, passes } of steps) {
          now += passes;
          const keys = [
            { key: account, rule: ACCOUNT },
            ...(address === null ? [] : [{ key: address, rule: ADDRESS }]),
          ];
          const before = keys.map(({ key }) => model.get(key) ?? null);
          const after = charge(
            before,
            keys.map(({ rule }) => rule),
            now,
          );
          const { blockedUntil } = await chargeTry(db, 'nobody@example.com', keys, now);
          expect(blockedUntil === null).toBe(after !== null);
          if (after === null) {
            expect(blockedUntil).toBe(Math.max(...before.map((state) => state?.blockedUntil ?? 0)));
            continue;
          }
          for (const [i, { key }] of keys.entries()) model.set(key, after[i]!);
          if (!right) continue;
          await batch(db, [forgetTries(db, account), ...(address === null ? [] : [returnTry(db, address)])]);
          model.delete(account);
          if (address !== null) model.set(address, giveBack(model.get(address)!));
        }
        const rows = await d1(
          'SELECT key, failures, last_failure_at AS lastFailureAt, blocked_until AS blockedUntil FROM login_throttles',
        );
        expect(Object.fromEntries(rows.map(({ key, ...state }) => [key, state]))).toEqual(Object.fromEntries(model));
      }),
      { numRuns: 60 },
    );
  });

  it('agrees on how long blocks get, all the way to the longest', async () => {
    const { db } = contextWith();
    let state: ThrottleState | null = null;
    let now = 1_000_000;
    for (let i = 0; i < 40; i++) {
      state = charge([state], [ACCOUNT_RULE], now)![0]!;
      await chargeTry(db, 'nobody@example.com', [{ key: 'long', rule: ACCOUNT_RULE }], now);
      const [row] = await d1(
        'SELECT failures, last_failure_at AS lastFailureAt, blocked_until AS blockedUntil FROM login_throttles WHERE key = ?',
        'long',
      );
      expect(row).toEqual(state);
      now = Math.max(now, state.blockedUntil);
    }
  });
});
