// What scripts/source-rules.mjs reports.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { sourceProblems } from '../../scripts/source-rules.mjs';

const mark = ['oxlint', 'disable'].join('-'); // apart, so that this file does not report itself

test('a disabled rule needs a reason', () => {
  for (const line of [
    `// ${mark}-next-line no-console`,
    `/* ${mark} */`,
    `foo(); // ${mark}-line`,
    `// ${mark}-line x --`,
  ]) {
    assert.equal(sourceProblems('src/a.ts', line).length, 1, line);
  }
  for (const line of [`// ${mark}-next-line no-console -- the log sink itself`, `/* ${mark} a, b -- generated */`]) {
    assert.deepEqual(sourceProblems('src/a.ts', line), []);
  }
});

test('src has no export *', () => {
  assert.deepEqual(sourceProblems('src/a/public.ts', `x\nexport * from './b.ts';`), [
    'src/a/public.ts:2: name every export instead of `export *`',
  ]);
  assert.deepEqual(sourceProblems('test/support/a.ts', `export * from './b.ts';`), []);
});
