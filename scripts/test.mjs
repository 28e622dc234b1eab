// `npm test`: the checks, the tests of the tooling (plain Node), then the tests in workerd. All three run even if one fails; the last line counts.
// Usage: npm test [-- arguments for vitest]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { capture, inherit } from './run.mjs';

const scratch = mkdtempSync(path.join(tmpdir(), 'footlight-test-'));

/** What a reporter wrote, or nothing if its tool did not get that far. */
function report(name) {
  try {
    return readFileSync(path.join(scratch, name), 'utf8');
  } catch {
    return '';
  }
}

try {
  const codes = [await inherit('node', ['scripts/check.mjs'])];

  const tap = path.join(scratch, 'node.tap');
  const reporters = ['--test-reporter=dot', '--test-reporter-destination=stdout', '--test-reporter=tap'];
  // Beside the others: they mostly wait for the servers that they start.
  const tooling = capture('node', [
    '--test',
    ...reporters,
    `--test-reporter-destination=${tap}`,
    'test/tooling/*.test.mjs',
  ]);
  const count = (word) => Number(new RegExp(`^# ${word} (\\d+)$`, 'm').exec(report('node.tap'))?.[1] ?? 0);

  const json = path.join(scratch, 'vitest.json');
  const vitest = [
    'run',
    '--config',
    'test/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${json}`,
  ];
  const inWorkerd = await inherit('vitest', [...vitest, ...process.argv.slice(2)]);
  const { code, output } = await tooling;
  if (code !== 0) console.log(output);
  codes.push(code, inWorkerd);
  const { numPassedTests = 0, numFailedTests = 0 } = JSON.parse(report('vitest.json') || '{}');

  const skipped = [...report('node.tap').matchAll(/^ok \d+ - (.*) # SKIP (.*)$/gm)];
  for (const [, name, why] of skipped) console.log(`skipped “${name}”: ${why}`);
  const ok = codes.every((code) => code === 0);
  console.log(
    `\nchecks ${codes[0] === 0 ? 'pass' : 'FAIL'}, tooling tests ${codes[1] === 0 ? 'pass' : 'FAIL'}, tests ${codes[2] === 0 ? 'pass' : 'FAIL'}`,
  );
  console.log(`${count('pass') + numPassedTests} passed, ${count('fail') + numFailedTests} failed`);
  process.exitCode = ok ? 0 : 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
