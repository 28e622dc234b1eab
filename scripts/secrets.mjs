// Makes the secrets that wrangler.toml requires, and keeps what it gave away: Cloudflare gives no secret back, and rotation needs the old ones.
// Usage: node scripts/secrets.mjs                    prints them in the form of .dev.vars
//        node scripts/secrets.mjs --put [--force]    writes them to .secrets.production and gives them to the deployed Worker (made as a draft if it
//                                                    does not exist yet); what either has is left alone without --force
//        node scripts/secrets.mjs --rotate <NAME>    puts a new key in front of those in the file, there and at Cloudflare
//        node scripts/secrets.mjs --retire <NAME>    leaves only the first
//        Other arguments (--env …) go to wrangler; the secrets of --env x are kept in .secrets.x
// AUTH_SIGNING_KEYS and ENCRYPTION_KEYS hold several keys, the first is used for new things. --force forgets the old ones: every session ends,
// every API key and stored credential becomes unreadable.
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

import { capture, environmentOf, root } from './run.mjs';

/**
 * Fresh secrets, each a string as the Worker reads it.
 * @returns {{AUTH_SIGNING_KEYS: string, AUTH_PEPPER: string, ENCRYPTION_KEYS: string}} a JWK Set with one private Ed25519 key (RFC 8037; its
 * kid is its thumbprint, RFC 7638), 32 random bytes in base64url, and `<kid>:<32 random bytes in base64url>`
 */
export function generateSecrets() {
  const { kty, crv, x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url');
  return {
    AUTH_SIGNING_KEYS: JSON.stringify({ keys: [{ kty, crv, x, d, kid, alg: 'EdDSA', use: 'sig' }] }),
    AUTH_PEPPER: randomBytes(32).toString('base64url'),
    ENCRYPTION_KEYS: `k${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64url')}`,
  };
}

/** @param {Record<string, string>} secrets none of which holds a single quote */
export function devVars(secrets) {
  return Object.entries(secrets)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join('');
}

/**
 * The names of the secrets that the deployed Worker has; none if there is no Worker yet.
 * @param {string[]} [args] for wrangler, such as --env
 * @throws {Error} with wrangler's own words when it cannot be asked
 */
export async function deployedSecrets(args = []) {
  const list = await capture('wrangler', ['secret', 'list', '--format', 'json', ...args]);
  if (list.code === 0) return JSON.parse(list.stdout).map(({ name }) => name);
  if (/Worker ".*" .*not found|Worker ".*" not found|\b10007\b/.test(list.output)) return [];
  throw new Error(list.output.trim());
}

/** Whether wrangler knows an account, and what to do if not. */
export async function requireLogin() {
  const whoami = await capture('wrangler', ['whoami', '--json']);
  if (whoami.code !== 0) {
    throw new Error(
      'Not logged in to Cloudflare: run `npx wrangler login`, or set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID.',
    );
  }
}

/** Where the secrets of the deployed Worker are kept. Git ignores it. */
const fileOf = (args) => path.join(root, `.secrets.${environmentOf(args) ?? 'production'}`);

const readSecrets = (file) => (existsSync(file) ? { ...parseEnv(readFileSync(file, 'utf8')) } : {});

/** All of it or nothing, for nobody else to read. */
function writeSecrets(file, secrets) {
  const fresh = `${file}.new`;
  writeFileSync(fresh, devVars(secrets), { mode: 0o600 });
  renameSync(fresh, file);
}

/** What was made is in the file before Cloudflare has it: what fails on the way can be tried again. */
async function give(secrets, args) {
  const result = await capture('wrangler', ['secret', 'bulk', ...args], { input: JSON.stringify(secrets) });
  console.log(result.output.trim());
  return result.code;
}

const without = (args, ...taken) => args.filter((arg) => !taken.includes(arg));

async function put(args) {
  const force = args.includes('--force');
  const rest = without(args, '--put', '--force');
  const file = fileOf(rest);
  await requireLogin();
  const existing = await deployedSecrets(rest);
  const kept = force ? {} : readSecrets(file);
  const wanted = Object.entries({ ...generateSecrets(), ...kept }).filter(
    ([name]) => force || !existing.includes(name),
  );
  if (wanted.length === 0) {
    console.log('The Worker has every secret; nothing was changed. (--force makes new ones.)');
    return 0;
  }
  const given = Object.fromEntries(wanted);
  if (force && existsSync(file)) {
    renameSync(file, `${file}.before`);
    console.log(`What was kept until now is in ${path.basename(file)}.before.`);
  }
  writeSecrets(file, { ...kept, ...given });
  const code = await give(given, rest);
  console.log(
    `The secrets are in ${file}: keep them safe, in a password manager. Rotation needs them, and Cloudflare gives none back.`,
  );
  return code;
}

/** How keys are written one behind the other, and how long the old ones are needed. */
const ROTATING = {
  AUTH_SIGNING_KEYS: {
    read: (text) => JSON.parse(text).keys,
    write: (keys) => JSON.stringify({ keys }),
    until: '15 minutes, when no access token of theirs is good any more',
  },
  ENCRYPTION_KEYS: {
    read: (text) => text.split(','),
    write: (keys) => keys.join(','),
    until: 'a day, when nothing is sealed with them any more',
  },
};

/** Puts a new key in front of the kept ones, or leaves only the first of them. */
async function change(flag, args) {
  const name = args[args.indexOf(flag) + 1] ?? '';
  const rest = without(args, flag, name);
  const file = fileOf(rest);
  const rules = ROTATING[name];
  if (name === 'AUTH_PEPPER') {
    throw new Error(
      'AUTH_PEPPER is one key, and another one ends every session and every API key: `npx wrangler secret put AUTH_PEPPER`.',
    );
  }
  if (rules === undefined) throw new Error(`${flag} needs a name: ${Object.keys(ROTATING).join(' or ')}.`);
  const kept = readSecrets(file);
  if (kept[name] === undefined) {
    throw new Error(
      `${file} has no ${name}. Put there what the Worker has now, as ${name}='…', from where you keep it: else what was made with it is lost.`,
    );
  }
  await requireLogin();
  const old = rules.read(kept[name]);
  const keys = flag === '--rotate' ? [...rules.read(generateSecrets()[name]), ...old] : old.slice(0, 1);
  const given = { [name]: rules.write(keys) };
  writeSecrets(file, { ...kept, ...given });
  const code = await give(given, rest);
  if (code !== 0) {
    console.log(
      `${file} is ahead of Cloudflare now: \`npx wrangler secret bulk ${[file, ...rest].join(' ')}\` mends that.`,
    );
  } else if (flag === '--rotate') {
    console.log(`${name} has a new key in front of ${old.length}, and so has ${file}: keep it safe.`);
    console.log(`Leave only the new one after ${rules.until}: npm run secrets -- --retire ${name}`);
  } else console.log(`${name} has one key, and so has ${file}: keep it safe.`);
  return code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  const flag = ['--rotate', '--retire'].find((each) => args.includes(each));
  try {
    if (args.includes('--put')) process.exitCode = await put(args);
    else if (flag !== undefined) process.exitCode = await change(flag, args);
    else process.stdout.write(devVars(generateSecrets()));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
