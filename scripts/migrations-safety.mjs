// Guards migrations/: no statement that loses rows on D1 unless it is explicitly allowed, and no edit of a migration that was merged.
//
// Why: drizzle's table rebuild (`__new_` tables) and every CASCADE delete child rows silently under `wrangler d1 migrations apply`; and a
// database that has run a migration never sees a later edit of it. A statement passes if the comment right before it says
// `-- allowed: <reason>`.
//
// Usage: node scripts/migrations-safety.mjs            checks
//        node scripts/migrations-safety.mjs --update   checks, then records new migrations in migrations/checksums.json
// What HEAD records is merged: it is never recorded anew. What only the working tree records may still be regenerated.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const UNSAFE = [
  [/\bDROP\s+TABLE\b/i, 'DROP TABLE'],
  [/\b__new_/i, '__new_ (a table rebuild)'],
  [/\bON\s+DELETE\s+CASCADE\b/i, 'ON DELETE CASCADE'],
  [/\bON\s+UPDATE\s+CASCADE\b/i, 'ON UPDATE CASCADE'],
  [/\bALTER\s+TABLE\s+\S+\s+DROP\b/i, 'DROP COLUMN'], // SQLite lets the word COLUMN be left out
];

/**
 * Splits SQL into statements. Strings become '' so that their words are not taken for SQL; comments are kept apart.
 * @param {string} sql
 * @returns {{line: number, sql: string, comments: string[]}[]} `comments` are those before the statement, `line` where it begins
 */
export function statements(sql) {
  const token = /--([^\n]*)|\/\*([\s\S]*?)\*\/|'(?:[^']|'')*'|;|[^;'\-/]+|[-/]/g;
  const found = [];
  let current = { line: 0, sql: '', comments: [] };
  for (const match of sql.matchAll(token)) {
    const [text] = match;
    if (text === ';') {
      if (current.sql.trim()) found.push(current);
      current = { line: 0, sql: '', comments: [] };
    } else if (text.startsWith('--') || text.startsWith('/*')) {
      // A comment inside a statement explains it too late to allow it.
      if (!current.sql.trim()) current.comments.push((match[1] ?? match[2] ?? '').trim());
      else current.sql += ' ';
    } else {
      if (!current.line && text.trim()) {
        const start = match.index + text.search(/\S/);
        current.line = sql.slice(0, start).split('\n').length;
      }
      current.sql += text.startsWith("'") ? "''" : text;
    }
  }
  if (current.sql.trim()) found.push(current);
  return found;
}

/**
 * @param {string} name of the migration's file, for the message
 * @param {string} sql
 * @returns {string[]} one line for each unsafe statement that no comment allows
 */
export function unsafeStatements(name, sql) {
  return statements(sql)
    .filter(({ comments }) => !comments.some((comment) => /^allowed:\s*\S/.test(comment)))
    .flatMap((statement) =>
      UNSAFE.filter(([pattern]) => pattern.test(statement.sql)).map(
        ([, what]) =>
          `${name}:${statement.line}: ${what} loses rows on D1; say \`-- allowed: <reason>\` before it if it must be`,
      ),
    );
}

/** @param {string} sql */
export function checksum(sql) {
  return createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
}

/**
 * Compares migrations with what is recorded of them.
 * @param {Record<string, string>} files name → SQL
 * @param {Record<string, string>} recorded name → checksum, of the working tree
 * @param {Record<string, string>} merged the same, of HEAD
 * @returns {{problems: string[], unrecorded: string[]}} `unrecorded` may be recorded; a problem must be mended by hand
 */
export function compareChecksums(files, recorded, merged) {
  const problems = [];
  for (const [name, sum] of Object.entries(merged)) {
    if (files[name] === undefined)
      problems.push(`${name}: merged, and now missing; databases have run it, so it stays`);
    else if (checksum(files[name]) !== sum)
      problems.push(`${name}: merged, and now edited; write a new migration instead`);
    else if (recorded[name] !== sum)
      problems.push(`checksums.json: the record of ${name}, which is merged, was changed`);
  }
  const last = Object.keys(merged).toSorted().at(-1);
  for (const name of Object.keys(files)) {
    if (last && !merged[name] && name < last)
      problems.push(`${name}: sorts before ${last}, which is merged; give it a later number`);
  }
  for (const name of Object.keys(recorded)) {
    if (!merged[name] && files[name] === undefined)
      problems.push(`checksums.json: records ${name}, which does not exist`);
  }
  const unrecorded = Object.keys(files).filter((name) => !merged[name] && recorded[name] !== checksum(files[name]));
  return { problems, unrecorded };
}

/** The checksums that HEAD holds; empty before the first commit, and what the working tree says outside a repository. */
function mergedChecksums(root, recorded) {
  const git = (...args) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    git('rev-parse', '--git-dir');
  } catch {
    return recorded;
  }
  try {
    return JSON.parse(git('show', 'HEAD:./migrations/checksums.json'));
  } catch {
    return {};
  }
}

function main(update) {
  const root = path.resolve(import.meta.dirname, '..');
  const directory = path.join(root, 'migrations');
  const recordFile = path.join(directory, 'checksums.json');
  const names = existsSync(directory) ? readdirSync(directory).filter((name) => name.endsWith('.sql')) : [];
  const files = Object.fromEntries(
    names.toSorted().map((name) => [name, readFileSync(path.join(directory, name), 'utf8')]),
  );
  const recorded = existsSync(recordFile) ? JSON.parse(readFileSync(recordFile, 'utf8')) : {};
  const { problems, unrecorded } = compareChecksums(files, recorded, mergedChecksums(root, recorded));
  problems.push(...Object.entries(files).flatMap(([name, sql]) => unsafeStatements(name, sql)));

  if (update) {
    // Only what does not exist any more goes, and only if it was never merged: compareChecksums guards the rest.
    const kept = problems.filter((problem) => !/^checksums\.json: records .* which does not exist$/.test(problem));
    const next = { ...recorded, ...Object.fromEntries(unrecorded.map((name) => [name, checksum(files[name])])) };
    const sorted = Object.fromEntries(
      Object.entries(next)
        .filter(([name]) => files[name] !== undefined)
        .toSorted(),
    );
    if (kept.length === 0) writeFileSync(recordFile, `${JSON.stringify(sorted, null, 2)}\n`);
    problems.splice(0, problems.length, ...kept);
  } else {
    problems.push(
      ...unrecorded.map((name) => `${name}: not in checksums.json as it is now; run \`npm run migrations\``),
    );
  }

  for (const problem of problems) console.error(`migrations/${problem}`);
  console.log(`${names.length} migrations, ${problems.length} problems`);
  return problems.length === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main(process.argv.includes('--update'));
