import { sql, type SQL } from 'drizzle-orm';
import type { Db, Statement } from './db.ts';

/**
 * A statement that undoes its whole batch unless a condition holds. D1 has no interactive transactions, and an UPDATE
 * that hits no row aborts nothing: so what is expected is said first.
 * @param condition an SQL boolean, for example `EXISTS (SELECT 1 FROM … WHERE generation = 7)`
 */
export function guard(db: Db, condition: SQL): Statement {
  return db.run(sql`INSERT INTO guards (ok) SELECT 0 WHERE NOT (${condition})`);
}

/** Whether a batch was undone by one of its guards. */
export const isGuardFailure = (error: unknown): boolean =>
  messages(error).includes('CHECK constraint failed: guard_failed');

/** Whether a write was refused because a row like it is there, by the columns of its key (`entries.name`). */
export const isUniqueViolation = (error: unknown, column: string): boolean =>
  /UNIQUE constraint failed/.test(messages(error)) && messages(error).includes(column);

function messages(error: unknown): string {
  const found: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) found.push(at.message);
  return found.join('\n');
}
