// What the linter has no rule for: a disabled rule says why (`// oxlint-disable-next-line rule -- reason`), and src has no `export *`.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @param {string} file its path, for the message and for what applies to it
 * @param {string} text
 * @returns {string[]} one line for each breach
 */
export function sourceProblems(file, text) {
  return text.split('\n').flatMap((line, index) => {
    const problems = [];
    const disable = /(?:\/\/|\/\*)\s*(?:ox|es)lint-disable(?:-next-line|-line)?\b(.*)/.exec(line);
    if (disable && !/\S\s+--\s+\w{2}/.test(disable[1]))
      problems.push('a disabled lint rule needs its name and ` -- <reason>`');
    if (/^\s*export\s+\*/.test(line) && /^(src|durable-objects)\//.test(file))
      problems.push('name every export instead of `export *`');
    return problems.map((problem) => `${file}:${index + 1}: ${problem}`);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.resolve(import.meta.dirname, '..');
  const problems = ['src', 'durable-objects', 'test', 'scripts'].flatMap((directory) =>
    readdirSync(path.join(root, directory), { recursive: true })
      .filter((name) => /\.(ts|mjs|cjs)$/.test(name) && !name.includes('node_modules'))
      .map((name) => `${directory}/${name.split(path.sep).join('/')}`)
      .flatMap((file) => sourceProblems(file, readFileSync(path.join(root, file), 'utf8'))),
  );
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
