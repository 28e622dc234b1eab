import { env } from 'cloudflare:workers';

/** D1 that adds up how many rows it had to read. */
export function countingDatabase(): { DB: D1Database; rowsRead: () => number } {
  let rows = 0;
  const add = <R extends { meta?: { rows_read?: number } }>(result: R): R => {
    rows += result.meta?.rows_read ?? 0;
    return result;
  };
  const originals = new WeakMap<object, D1PreparedStatement>();
  const statement = (original: D1PreparedStatement): D1PreparedStatement => {
    const counted = {
      bind: (...values: unknown[]) => statement(original.bind(...values)),
      all: async () => add(await original.all()),
      run: async () => add(await original.run()),
      // What comes raw comes without what it cost.
      raw: async () => add(await original.all()).results.map((row) => Object.values(row)),
      first: () => Promise.reject(new Error('nobody asks for the first row alone')),
    } as unknown as D1PreparedStatement;
    originals.set(counted, original);
    return counted;
  };
  const DB = {
    prepare: (query: string) => statement(env.DB.prepare(query)),
    batch: async (statements: D1PreparedStatement[]) =>
      (await env.DB.batch(statements.map((one) => originals.get(one) ?? one))).map(add),
  } as unknown as D1Database;
  return { DB, rowsRead: () => rows };
}
