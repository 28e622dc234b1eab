import { drizzle, type DrizzleD1Database } from 'drizzle-orm/d1';
import type { BatchItem } from 'drizzle-orm/batch';
import type { Operations } from '../operations.ts';

export type Db = DrizzleD1Database & { readonly $client: D1Database };

/** A write that takes part in a batch. Rooms hand these to each other; only repos make them. */
export type Statement = BatchItem<'sqlite'>;

/** D1 through drizzle, each round trip counted. */
export function openDb(d1: D1Database, operations: Operations): Db {
  const client = counted(d1, operations);
  const db = drizzle(client, { casing: 'snake_case' });
  shareNames(db);
  db.run = batchable(db.run.bind(db), client);
  db.all = batchable(db.all.bind(db), client);
  return db;
}

let names: unknown;

/** An instance lasts as long as a request; the columns' names, which each of them would work out anew, outlast it. */
function shareNames(db: Db): void {
  const { dialect } = db as unknown as { dialect: { casing: unknown } };
  names ??= dialect.casing;
  dialect.casing = names;
}

/**
 * drizzle 0.45 forgets to prepare a raw `sql` statement that goes into a batch (drizzle-orm#2277): it asks for `stmt`,
 * which is given here.
 */
function batchable<F extends (query: never) => object>(make: F, client: D1Database): F {
  return ((query: never) => {
    const raw = make(query) as { getQuery(): { sql: string } };
    return Object.defineProperty(raw, 'stmt', { get: () => client.prepare(raw.getQuery().sql) });
  }) as F;
}

/** Several statements as one transaction and one round trip: all of them or none. */
export async function batch(db: Db, statements: readonly Statement[]): Promise<unknown[]> {
  const [first, ...rest] = statements;
  return first === undefined ? [] : db.batch([first, ...rest]);
}

type Executing = 'all' | 'raw' | 'run' | 'first';
const EXECUTING: ReadonlySet<string | symbol> = new Set<Executing>(['all', 'raw', 'run', 'first']);
const originals = new WeakMap<object, D1PreparedStatement>();

function counted(d1: D1Database, operations: Operations): D1Database {
  return new Proxy(d1, {
    get(target, property) {
      if (property === 'prepare') return (query: string) => countedStatement(target.prepare(query), operations);
      if (property === 'batch') {
        return (statements: D1PreparedStatement[]) => {
          operations.d1++;
          return target.batch(statements.map((statement) => originals.get(statement) ?? statement));
        };
      }
      return bound(target, property);
    },
  });
}

/** A property of something behind a proxy, its methods bound to it. */
function bound(target: object, property: string | symbol): unknown {
  const value: unknown = Reflect.get(target, property);
  return typeof value === 'function' ? (value as (...args: never) => unknown).bind(target) : value;
}

function countedStatement(statement: D1PreparedStatement, operations: Operations): D1PreparedStatement {
  const proxy = new Proxy(statement, {
    get(target, property) {
      if (property === 'bind') return (...values: unknown[]) => countedStatement(target.bind(...values), operations);
      if (EXECUTING.has(property)) operations.d1++;
      return bound(target, property);
    },
  });
  originals.set(proxy, statement);
  return proxy;
}
