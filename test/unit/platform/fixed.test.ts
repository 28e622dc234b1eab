import { and, eq, type Query, sql } from 'drizzle-orm';
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDb, type Statement } from '../../../src/platform/db/db.ts';
import { fixed, insertInto } from '../../../src/platform/db/fixed.ts';
import { noOperations } from '../../../src/platform/operations.ts';

const things = sqliteTable('things', {
  tenantId: text().notNull(),
  isGood: integer({ mode: 'boolean' }),
  someJson: text({ mode: 'json' }).$type<unknown>(),
  aNumber: integer(),
});

const open = () => openDb(env.DB, noOperations());
const queryOf = (statement: Statement): Query => (statement as unknown as { getQuery(): Query }).getQuery();

const json = fc.oneof(
  fc.constant(null),
  fc.dictionary(fc.string(), fc.integer(), { noNullPrototype: true }),
  fc.array(fc.string()),
);
const thing = fc.record({
  tenantId: fc.string(),
  isGood: fc.option(fc.boolean()),
  someJson: json,
  aNumber: fc.option(fc.integer()),
});

describe('a fixed statement', () => {
  it('is what drizzle makes of the same row, each time', () => {
    const insert = insertInto(things);
    fc.assert(
      fc.property(thing, (row) => {
        const { sql: query, params } = open().insert(things).values(row).toSQL();
        expect(queryOf(insert(open(), row))).toEqual({ sql: query, params });
      }),
    );
  });

  it('has its values wherever they are, also twice, and those that never differ', () => {
    const find = fixed<{ tenantId: string; from: number }>((db, value) =>
      db
        .select()
        .from(things)
        .where(
          and(
            eq(things.tenantId, value('tenantId')),
            eq(things.isGood, true),
            sql`a_number > ${value('from')} AND tenant_id <> ${value('tenantId')}`,
          ),
        ),
    );
    for (const tenantId of ['a', 'b'])
      expect(queryOf(find(open(), { tenantId, from: 5 })).params).toEqual([tenantId, 1, 5, tenantId]);
  });

  it('gives what drizzle gives, in a batch', async () => {
    const select = fixed<{ a: string }>((db, value) => db.all(sql`SELECT ${value('a')} AS a, 2 AS b`));
    const first = open();
    expect(await first.batch([select(first, { a: 'x' }), select(first, { a: 'y' })])).toEqual([
      [{ a: 'x', b: 2 }],
      [{ a: 'y', b: 2 }],
    ]);
    const second = open();
    expect(await second.batch([select(second, { a: 'z' })])).toEqual([[{ a: 'z', b: 2 }]]);
  });

  it('fails where a value is missing', () => {
    const insert = insertInto(things);
    const row = { tenantId: 'a', isGood: null, someJson: null } as unknown as typeof things.$inferSelect;
    expect(() => insert(open(), row)).toThrow("a statement's aNumber is missing");
  });
});
