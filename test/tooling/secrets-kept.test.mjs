// What `npm run secrets -- --put` makes is kept, so that `--rotate` has something to put a new key in front of. A stand-in for wrangler says what
// it was given, as Cloudflare does not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { parseEnv } from 'node:util';

import { root } from '../../scripts/run.mjs';

const WRANGLER = `#!/usr/bin/env node
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const [group, command, ...rest] = process.argv.slice(2);
const had = existsSync('cloudflare.json') ? JSON.parse(readFileSync('cloudflare.json', 'utf8')) : {};
if (group === 'secret' && command === 'list') console.log(JSON.stringify(Object.keys(had).map((name) => ({ name }))));
if (group === 'secret' && command === 'bulk') {
  if (existsSync('down')) process.exit(1);
  writeFileSync('arguments.json', JSON.stringify(rest));
  writeFileSync('cloudflare.json', JSON.stringify({ ...had, ...JSON.parse(readFileSync(0, 'utf8')) }));
}
`;

let home;
const at = (name) => path.join(home, name);
const json = (name) => JSON.parse(readFileSync(at(name), 'utf8'));
const kept = (name = '.secrets.production') => ({ ...parseEnv(readFileSync(at(name), 'utf8')) });

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'footlight-secrets-'));
  for (const name of ['run.mjs', 'secrets.mjs']) cpSync(path.join(root, 'scripts', name), at(`scripts/${name}`));
  mkdirSync(at('node_modules/.bin'), { recursive: true });
  writeFileSync(at('node_modules/.bin/wrangler'), WRANGLER);
  chmodSync(at('node_modules/.bin/wrangler'), 0o755);
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

/** @returns {{status: number, output: string}} */
function secrets(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/secrets.mjs', ...args], {
    cwd: home,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

function done(...args) {
  const { status, output } = secrets(...args);
  assert.equal(status, 0, output);
  return output;
}

test('what was given to Cloudflare is kept, for nobody else to read, and said', () => {
  const output = done('--put');
  assert.match(output, /\.secrets\.production: keep them safe/);
  assert.equal(statSync(at('.secrets.production')).mode & 0o777, 0o600);
  assert.deepEqual(Object.keys(kept()).toSorted(), ['AUTH_PEPPER', 'AUTH_SIGNING_KEYS', 'ENCRYPTION_KEYS']);
  assert.deepEqual(kept(), json('cloudflare.json'));
  for (const value of Object.values(kept())) assert.ok(!output.includes(value), 'a secret was printed');
});

test('git ignores it', () => {
  assert.match(readFileSync(path.join(root, '.gitignore'), 'utf8'), /^\.secrets\.\*$/m);
});

test('what is there is left alone without --force, which keeps the file of before', () => {
  done('--put');
  const first = kept();
  assert.match(done('--put'), /nothing was changed/);
  assert.deepEqual([kept(), json('cloudflare.json')], [first, first]);
  // Cloudflare lost one, or never had it: it gets the one that is kept.
  const { AUTH_PEPPER: _, ...others } = first;
  writeFileSync(at('cloudflare.json'), JSON.stringify(others));
  done('--put');
  assert.deepEqual([kept(), json('cloudflare.json')], [first, first]);
  done('--put', '--force');
  assert.deepEqual(kept(), json('cloudflare.json'));
  for (const [name, value] of Object.entries(first)) assert.notEqual(kept()[name], value);
  assert.deepEqual(kept('.secrets.production.before'), first);
});

test('what could not be given is kept, and given the next time', () => {
  writeFileSync(at('down'), '');
  assert.equal(secrets('--put').status, 1);
  const first = kept();
  rmSync(at('down'));
  done('--put');
  assert.deepEqual([kept(), json('cloudflare.json')], [first, first]);
});

for (const [name, keysOf] of [
  ['AUTH_SIGNING_KEYS', (text) => JSON.parse(text).keys.map(({ kid }) => kid)],
  ['ENCRYPTION_KEYS', (text) => text.split(',')],
]) {
  test(`${name} gets a new key in front of the old ones, until they are taken out`, () => {
    done('--put');
    const first = kept();
    const [old] = keysOf(first[name]);
    assert.match(done('--rotate', name), new RegExp(`after (?:15 minutes|a day).* --retire ${name}`));
    const [fresh, ...others] = keysOf(kept()[name]);
    assert.deepEqual(others, [old]);
    assert.notEqual(fresh, old);
    assert.deepEqual(kept(), json('cloudflare.json'));
    assert.deepEqual({ ...kept(), [name]: '' }, { ...first, [name]: '' });
    assert.equal(statSync(at('.secrets.production')).mode & 0o777, 0o600);
    done('--rotate', name);
    assert.deepEqual(keysOf(kept()[name]).slice(1), [fresh, old]);
    const [last] = keysOf(kept()[name]);
    done('--retire', name);
    assert.deepEqual(keysOf(kept()[name]), [last]);
    assert.deepEqual(kept(), json('cloudflare.json'));
  });
}

test('a rotation that Cloudflare did not hear of says how to go on', () => {
  done('--put');
  writeFileSync(at('down'), '');
  const { status, output } = secrets('--rotate', 'ENCRYPTION_KEYS');
  assert.equal(status, 1);
  assert.match(output, /wrangler secret bulk .*\.secrets\.production/);
  assert.equal(kept().ENCRYPTION_KEYS.split(',').length, 2);
});

test('nothing is rotated that is not kept, or is one key', () => {
  for (const [args, said] of [
    [['--rotate', 'ENCRYPTION_KEYS'], /has no ENCRYPTION_KEYS/],
    [['--rotate', 'AUTH_PEPPER'], /ends every session/],
    [['--rotate'], /needs a name: AUTH_SIGNING_KEYS or ENCRYPTION_KEYS/],
    [['--rotate', 'NOTHING'], /needs a name/],
  ]) {
    const { status, output } = secrets(...args);
    assert.equal(status, 1);
    assert.match(output, said);
  }
  assert.ok(!existsSync(at('cloudflare.json')) && !existsSync(at('.secrets.production')));
});

test('each environment has a file of its own', () => {
  done('--put', '--env', 'staging');
  assert.deepEqual(json('arguments.json'), ['--env', 'staging']);
  assert.deepEqual(kept('.secrets.staging'), json('cloudflare.json'));
  done('--rotate', 'ENCRYPTION_KEYS', '--env', 'staging');
  assert.equal(kept('.secrets.staging').ENCRYPTION_KEYS.split(',').length, 2);
});
