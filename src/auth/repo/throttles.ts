import { and, eq, gt, inArray, lt, sql } from 'drizzle-orm';
import type { Db, Statement } from '../../platform/db/db.ts';
import { type User, users } from '../../users/public.ts';
import type { ThrottleKey } from '../domain/throttle.ts';
import { loginThrottles } from '../table.ts';

/**
 * Charges a try at an account to every key, or, where one of them is blocked, to none: one statement reads and writes
 * them all, so that tries at the same time are counted exactly. Says `charge` and `afterFailure` of ../domain/throttle.ts.
 * The person is read in the same round trip, there or not, so that its number does not tell.
 */
export async function chargeTry(
  db: Db,
  email: string,
  keys: readonly ThrottleKey[],
  now: number,
): Promise<{ user: User | null; blockedUntil: number | null }> {
  const tries = JSON.stringify(keys.map(({ key, rule }) => ({ key, ...rule })));
  const blocked = and(
    inArray(loginThrottles.key, sql`(SELECT value ->> 'key' FROM json_each(${tries}))`),
    gt(loginThrottles.blockedUntil, now),
  );
  const [blocks, , found] = await db.batch([
    db.select({ blockedUntil: loginThrottles.blockedUntil }).from(loginThrottles).where(blocked),
    db.run(sql`INSERT INTO login_throttles (key, failures, last_failure_at, blocked_until)
      SELECT key, failures, ${now}, ${now} + CASE WHEN failures < free THEN 0
        ELSE min(longest, first * (1 << min(failures - free, 20))) END
      FROM (
        SELECT t.value ->> 'key' AS key, t.value ->> 'freeFailures' AS free, t.value ->> 'firstBlockMs' AS first,
          t.value ->> 'longestBlockMs' AS longest,
          CASE WHEN old.key IS NULL OR ${now} - old.last_failure_at > t.value ->> 'memoryMs' THEN 1
            ELSE old.failures + 1 END AS failures
        FROM json_each(${tries}) AS t LEFT JOIN login_throttles AS old ON old.key = t.value ->> 'key'
      )
      WHERE NOT EXISTS (SELECT 1 FROM login_throttles WHERE blocked_until > ${now}
        AND key IN (SELECT value ->> 'key' FROM json_each(${tries})))
      ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last_failure_at = excluded.last_failure_at,
        blocked_until = excluded.blocked_until`),
    db.select().from(users).where(eq(users.email, email)).limit(1),
  ]);
  const until = blocks.map(({ blockedUntil }) => blockedUntil);
  return { user: found[0] ?? null, blockedUntil: until.length === 0 ? null : Math.max(...until) };
}

/** Forgets what was tried at an account. */
export const forgetTries = (db: Db, key: string): Statement =>
  db.delete(loginThrottles).where(eq(loginThrottles.key, key));

/** Takes a try back from an address: `giveBack` of ../domain/throttle.ts. */
export const returnTry = (db: Db, key: string): Statement =>
  db
    .update(loginThrottles)
    .set({ failures: sql`max(0, failures - 1)`, blockedUntil: 0 })
    .where(eq(loginThrottles.key, key));

/** Forgets tries from before an instant. */
export const deleteOldTries = (db: Db, before: number, limit: number): Statement =>
  db
    .delete(loginThrottles)
    .where(
      inArray(
        loginThrottles.key,
        db
          .select({ key: loginThrottles.key })
          .from(loginThrottles)
          .where(lt(loginThrottles.lastFailureAt, before))
          .limit(limit),
      ),
    );
