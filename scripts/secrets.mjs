// Makes the secrets that wrangler.toml requires.
// Usage: node scripts/secrets.mjs                    prints them in the form of .dev.vars
//        node scripts/secrets.mjs --put [--force]    gives them to the deployed Worker (made as a draft if it does not exist yet); what it has
//                                                    is left alone without --force. Other arguments (--env …) go to wrangler
// Rotation: AUTH_SIGNING_KEYS and ENCRYPTION_KEYS hold several keys, the first is used for new things. --force forgets the old ones: every
// session ends, every API key and stored credential becomes unreadable.
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';

import { capture } from './run.mjs';

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

async function put(args) {
  const force = args.includes('--force');
  const rest = args.filter((arg) => arg !== '--put' && arg !== '--force');
  await requireLogin();
  const existing = await deployedSecrets(rest);
  const fresh = Object.entries(generateSecrets()).filter(([name]) => force || !existing.includes(name));
  if (fresh.length === 0) {
    console.log('The Worker has every secret; nothing was changed. (--force makes new ones.)');
    return 0;
  }
  const result = await capture('wrangler', ['secret', 'bulk', ...rest], {
    input: JSON.stringify(Object.fromEntries(fresh)),
  });
  console.log(result.output.trim());
  return result.code;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2);
  try {
    if (args.includes('--put')) process.exitCode = await put(args);
    else process.stdout.write(devVars(generateSecrets()));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
