import { getTableColumns, type InferSelectModel, is, Param, Placeholder, type Query, sql } from 'drizzle-orm';
import type { SQLiteInsertValue, SQLiteTable } from 'drizzle-orm/sqlite-core';
import type { Db, Statement } from './db.ts';

/** What drizzle makes of a query for a batch (drizzle-orm/d1/session.js, `batch`). */
interface Made {
  getQuery(): Query;
  mapResult(result: unknown, isFromBatch: boolean): unknown;
}

/** Stands for a value in a fixed statement. */
export type Value<V> = (name: keyof V & string) => Placeholder;

/**
 * A statement for batches whose text is made once. drizzle makes it anew each time, of a piece for each name and each
 * value, and that takes longer than D1 takes to run it.
 * @param build the statement, with `value(name)` wherever it differs from call to call
 */
export function fixed<V extends object>(
  build: (db: Db, value: Value<V>) => Statement,
): (db: Db, values: V) => Statement {
  let made: { text: Query; mapResult: Made['mapResult'] } | undefined;
  return (db, values) => {
    if (made === undefined) {
      const first = (build(db, (name) => sql.placeholder(name)) as unknown as { _prepare(): Made })._prepare();
      made = { text: first.getQuery(), mapResult: first.mapResult.bind(first) };
    }
    const { text, mapResult } = made;
    const query = { sql: text.sql, params: text.params.map((param) => filled(param, values)) };
    const statement = {
      _prepare: () => statement,
      getQuery: () => query,
      stmt: db.$client.prepare(query.sql),
      mapResult,
    };
    return statement as unknown as Statement;
  };
}

/** Inserts whole rows of a table. */
export const insertInto = <T extends SQLiteTable>(table: T): ((db: Db, row: InferSelectModel<T>) => Statement) =>
  fixed<InferSelectModel<T>>((db, value) => {
    const names = Object.keys(getTableColumns(table)) as (keyof InferSelectModel<T> & string)[];
    return db
      .insert(table)
      .values(Object.fromEntries(names.map((name) => [name, value(name)])) as SQLiteInsertValue<T>);
  });

function filled(param: unknown, values: object): unknown {
  if (is(param, Placeholder)) return valueOf(param, values);
  if (!is(param, Param) || !is(param.value, Placeholder)) return param;
  const value = valueOf(param.value, values);
  // drizzle's own filling makes JSON of a null.
  return value === null ? null : param.encoder.mapToDriverValue(value);
}

function valueOf({ name }: Placeholder, values: object): unknown {
  const value = (values as Record<string, unknown>)[name];
  if (value === undefined) throw new Error(`a statement's ${name} is missing`);
  return value;
}
