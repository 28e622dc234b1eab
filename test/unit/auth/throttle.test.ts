import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACCOUNT_RULE,
  ADDRESS_RULE,
  addressGroup,
  afterFailure,
  charge,
  giveBack,
  type ThrottleState,
  waitSeconds,
} from '../../../src/auth/domain/throttle.ts';

const at = fc.integer({ min: 0, max: 4_000_000 });
const state = fc.record({ failures: fc.integer({ min: 1, max: 100 }), lastFailureAt: at, blockedUntil: at });

describe('the throttle', () => {
  it('lets five tries through, then blocks for longer and longer, at most a quarter of an hour', () => {
    let held: ThrottleState | null = null;
    const waits: number[] = [];
    let now = 1_000_000;
    for (let i = 0; i < 14; i++) {
      held = afterFailure(held, ACCOUNT_RULE, now);
      waits.push(waitSeconds(held, now));
      now = Math.max(now, held.blockedUntil);
    }
    expect(waits).toEqual([0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900, 900, 900, 900]);
  });

  it('refuses exactly while blocked', () => {
    fc.assert(
      fc.property(state, at, (held, now) => {
        expect(charge([held], [ACCOUNT_RULE], now) === null).toBe(held.blockedUntil > now);
      }),
    );
  });

  it('charges all keys or none', () => {
    fc.assert(
      fc.property(state, state, at, (account, address, now) => {
        const after = charge([account, address], [ACCOUNT_RULE, ADDRESS_RULE], now);
        if (Math.max(account.blockedUntil, address.blockedUntil) > now) expect(after).toBeNull();
        else {
          expect(after).toEqual([afterFailure(account, ACCOUNT_RULE, now), afterFailure(address, ADDRESS_RULE, now)]);
        }
      }),
    );
  });

  it('forgives what is older than an hour', () => {
    fc.assert(
      fc.property(state, fc.integer({ min: 1, max: 10_000_000 }), (held, more) => {
        const now = held.lastFailureAt + ACCOUNT_RULE.memoryMs + more;
        expect(afterFailure(held, ACCOUNT_RULE, now)).toEqual({ failures: 1, lastFailureAt: now, blockedUntil: now });
      }),
    );
  });

  it('never blocks for less after one more failure', () => {
    fc.assert(
      fc.property(state, at, (held, now) => {
        const once = afterFailure(held, ACCOUNT_RULE, now);
        expect(afterFailure(once, ACCOUNT_RULE, now).blockedUntil).toBeGreaterThanOrEqual(once.blockedUntil);
      }),
    );
  });

  it('gives a try back as if it had never been', () => {
    fc.assert(
      fc.property(state, at, (held, now) => {
        fc.pre(
          held.blockedUntil <= now && now >= held.lastFailureAt && now - held.lastFailureAt <= ADDRESS_RULE.memoryMs,
        );
        const back = giveBack(afterFailure(held, ADDRESS_RULE, now));
        expect(back.failures).toBe(held.failures);
        expect(waitSeconds(back, now)).toBe(0);
      }),
    );
  });

  it('counts an IPv6 /64 as one, an IPv4 address as itself', () => {
    expect(addressGroup('203.0.113.9')).toBe('203.0.113.9');
    expect(addressGroup('2001:db8:0:1::1')).toBe('2001:db8:0:1::/64');
    expect(addressGroup('2001:0DB8::1:2:3:4:5')).toBe('2001:db8:0:1::/64');
    expect(addressGroup('2001:db8:0:1:ffff:ffff:ffff:ffff')).toBe('2001:db8:0:1::/64');
    expect(addressGroup('::1')).toBe('0:0:0:0::/64');
    expect(addressGroup('fe80::1%eth0')).toBe('fe80:0:0:0::/64');
  });
});
