// What the guard of migrations/ lets through, and what not.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { checksum, compareChecksums, statements, unsafeStatements } from '../../scripts/migrations-safety.mjs';

describe('unsafe statements', () => {
  for (const sql of [
    'DROP TABLE `prompts`;',
    'drop\n  table if exists prompts',
    'CREATE TABLE `__new_prompts` (`id` text);',
    'CREATE TABLE a (b text REFERENCES c(d) ON UPDATE no action ON DELETE cascade);',
    'CREATE TABLE a (b text REFERENCES c(d) ON UPDATE CASCADE);',
    'ALTER TABLE `a` DROP COLUMN `b`;',
    'ALTER TABLE a DROP b;',
    'CREATE TABLE a (b text);--> statement-breakpoint\nDROP TABLE a;',
    '-- allowed:\nDROP TABLE a;',
    '-- allowed: the first only\nDROP TABLE a; DROP TABLE b;',
    'DROP TABLE -- allowed: too late\n a;',
    "INSERT INTO a VALUES ('-- allowed: a string is no comment'); DROP TABLE a;",
    "INSERT INTO a VALUES ('it''s'); DROP TABLE a;",
    'DROP /* in between */ TABLE a;',
  ]) {
    it(`refuses ${JSON.stringify(sql)}`, () => assert.equal(unsafeStatements('0001.sql', sql).length, 1));
  }

  for (const sql of [
    'CREATE TABLE `prompts` (`id` text PRIMARY KEY);',
    'ALTER TABLE a ADD COLUMN b text;',
    'DROP INDEX a; DROP TRIGGER b; DROP VIEW c;',
    "INSERT INTO notes VALUES ('DROP TABLE a; ON DELETE CASCADE');",
    '-- never DROP TABLE here\nCREATE TABLE a (b text);',
    '/* DROP TABLE a; */ CREATE TABLE a (b text);',
    '-- allowed: its rows moved to b in 0004\nDROP TABLE a;',
    '/* allowed: empty since 0003 */\nALTER TABLE a DROP COLUMN b;',
    'CREATE TABLE a (renew text, x integer CHECK (x - 1 / 2 > 0));',
  ]) {
    it(`lets through ${JSON.stringify(sql)}`, () => assert.deepEqual(unsafeStatements('0001.sql', sql), []));
  }

  it('names the file, the line and what is wrong', () => {
    const [problem] = unsafeStatements('0007_x.sql', 'CREATE TABLE a (b text);\n\nDROP TABLE a;');
    assert.match(problem, /^0007_x\.sql:3: DROP TABLE /);
  });

  it('splits at semicolons outside strings', () => {
    assert.deepEqual(
      statements("SELECT ';';\n-- why\nSELECT 2").map(({ line, sql, comments }) => [line, sql.trim(), comments]),
      [
        [1, "SELECT ''", []],
        [3, 'SELECT 2', ['why']],
      ],
    );
  });
});

describe('checksums', () => {
  const files = { '0000_a.sql': 'CREATE TABLE a (b text);', '0001_b.sql': 'CREATE TABLE c (d text);' };
  const sums = Object.fromEntries(Object.entries(files).map(([name, sql]) => [name, checksum(sql)]));
  const first = { '0000_a.sql': sums['0000_a.sql'] };

  it('accepts what is recorded', () => {
    assert.deepEqual(compareChecksums(files, sums, sums), { problems: [], unrecorded: [] });
    assert.deepEqual(compareChecksums(files, sums, {}), { problems: [], unrecorded: [] });
  });
  it('is not disturbed by the line endings of a checkout', () => {
    assert.equal(checksum('SELECT 1;\r\n'), checksum('SELECT 1;\n'));
  });
  it('reports a new migration as unrecorded', () => {
    assert.deepEqual(compareChecksums(files, first, first), { problems: [], unrecorded: ['0001_b.sql'] });
  });
  it('lets a migration that is not merged be regenerated', () => {
    const again = { ...files, '0001_b.sql': 'CREATE TABLE e (f text);' };
    assert.deepEqual(compareChecksums(again, sums, first), { problems: [], unrecorded: ['0001_b.sql'] });
  });
  it('refuses an edit, a removal and a new record of a merged one', () => {
    const edited = { ...files, '0000_a.sql': 'CREATE TABLE a (b integer);' };
    assert.match(compareChecksums(edited, sums, sums).problems[0], /merged, and now edited/);
    const rerecorded = { ...sums, '0000_a.sql': checksum(edited['0000_a.sql']) };
    assert.match(compareChecksums(edited, rerecorded, sums).problems[0], /merged, and now edited/);
    assert.match(compareChecksums(files, rerecorded, sums).problems[0], /was changed/);
    assert.match(compareChecksums({ '0001_b.sql': files['0001_b.sql'] }, sums, sums).problems[0], /now missing/);
  });
  it('refuses a new migration that sorts before a merged one', () => {
    const early = { ...files, '0000_0.sql': 'SELECT 1;' };
    assert.match(compareChecksums(early, sums, sums).problems[0], /sorts before 0001_b\.sql/);
  });
  it('refuses a record without a migration', () => {
    assert.match(compareChecksums({}, first, {}).problems[0], /records 0000_a\.sql, which does not exist/);
  });
});
