import { fromBase64Url } from '../kernel/bytes.ts';

/** What the Worker is told from outside, checked once an isolate. README.md, "Configuration", says it to people. */

/** A setting is missing or malformed: the operator's to mend, named without its value. */
export class ConfigError extends Error {
  readonly setting: string;

  constructor(setting: string, problem: string) {
    super(`${setting} ${problem}`);
    this.name = 'ConfigError';
    this.setting = setting;
  }
}

/** A private Ed25519 key as a JWK (RFC 8037). */
export interface SigningKey {
  readonly kid: string;
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly d: string;
}

export interface EncryptionKey {
  readonly kid: string;
  /** 32 bytes, for AES-256-GCM. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Config {
  /** The first one signs; all of them verify. */
  readonly signingKeys: readonly [SigningKey, ...SigningKey[]];
  /** At least 32 bytes: the key of every HMAC. */
  readonly pepper: Uint8Array<ArrayBuffer>;
  /** The first one encrypts; all of them decrypt. */
  readonly encryptionKeys: readonly [EncryptionKey, ...EncryptionKey[]];
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
  /** scrypt's N for new passwords. */
  readonly passwordCost: number;
  /** Whether providers may be asked on this machine, over plain http: local development only. */
  readonly allowLoopback: boolean;
  /** Whether fetches, renders and views are counted. */
  readonly countUses: boolean;
}

/** The settings as Workers hand them over: vars and secrets, any of them possibly missing. */
export type Settings = Partial<
  Record<
    | 'AUTH_SIGNING_KEYS'
    | 'AUTH_PEPPER'
    | 'ENCRYPTION_KEYS'
    | 'CORS_ORIGINS'
    | 'LOG_LEVEL'
    | 'PASSWORD_SCRYPT_N'
    | 'PROVIDER_LOOPBACK'
    | 'COUNT_USES',
    string
  >
>;

const parsed = new WeakMap<object, Config>();

/** The configuration in an Env. @throws ConfigError naming the first setting that will not do */
export function loadConfig(env: Settings): Config {
  let config = parsed.get(env);
  if (config === undefined) {
    config = parseConfig(env);
    parsed.set(env, config);
  }
  return config;
}

export function parseConfig(env: Settings): Config {
  return {
    signingKeys: signingKeys(required(env, 'AUTH_SIGNING_KEYS')),
    pepper: bytes('AUTH_PEPPER', required(env, 'AUTH_PEPPER'), 32),
    encryptionKeys: encryptionKeys(required(env, 'ENCRYPTION_KEYS')),
    corsOrigins: origins(env.CORS_ORIGINS ?? ''),
    logLevel: logLevel(env.LOG_LEVEL ?? 'info'),
    passwordCost: passwordCost(env.PASSWORD_SCRYPT_N ?? '16384'),
    allowLoopback: allowLoopback(env.PROVIDER_LOOPBACK ?? ''),
    countUses: countUses(env.COUNT_USES ?? 'on'),
  };
}

function required(env: Settings, setting: keyof Settings): string {
  const value = env[setting];
  if (value === undefined || value.trim() === '') {
    throw new ConfigError(
      setting,
      'is missing. `npm run -s secrets > .dev.vars` makes it on this machine, `npm run secrets -- --put` at Cloudflare.',
    );
  }
  return value.trim();
}

function signingKeys(text: string): Config['signingKeys'] {
  const setting = 'AUTH_SIGNING_KEYS';
  let set: unknown;
  try {
    set = JSON.parse(text);
  } catch {
    throw new ConfigError(setting, 'is not JSON. It must be a JWK Set with Ed25519 private keys.');
  }
  const keys = isRecord(set) && Array.isArray(set['keys']) ? set['keys'].map((key) => signingKey(setting, key)) : [];
  const [first, ...rest] = keys;
  if (first === undefined)
    throw new ConfigError(setting, 'holds no keys. It must be {"keys":[…]}, the signing one first.');
  if (new Set(keys.map((key) => key.kid)).size < keys.length) throw new ConfigError(setting, 'has the same kid twice.');
  return [first, ...rest];
}

function signingKey(setting: string, key: unknown): SigningKey {
  const { kid, kty, crv, x, d } = isRecord(key) ? key : {};
  if (typeof kid !== 'string' || kid === '') throw new ConfigError(setting, 'has a key without a kid.');
  if (kty !== 'OKP' || crv !== 'Ed25519' || typeof x !== 'string' || typeof d !== 'string') {
    throw new ConfigError(setting, `has a key (kid ${kid}) that is not an Ed25519 private key.`);
  }
  if (bytes(setting, x, 32).length !== 32 || bytes(setting, d, 32).length !== 32) {
    throw new ConfigError(setting, `has a key (kid ${kid}) of the wrong length.`);
  }
  return { kid, kty, crv, x, d };
}

function encryptionKeys(text: string): Config['encryptionKeys'] {
  const setting = 'ENCRYPTION_KEYS';
  const [first, ...rest] = text.split(',').map((part): EncryptionKey => {
    const [kid, value, more] = part.trim().split(':');
    if (kid === undefined || kid === '' || value === undefined || more !== undefined) {
      throw new ConfigError(setting, 'must be `kid:key`, several divided by commas, the encrypting one first.');
    }
    const key = bytes(setting, value, 32);
    if (key.length !== 32) throw new ConfigError(setting, `has a key (kid ${kid}) that is not 32 bytes long.`);
    return { kid, bytes: key };
  });
  if (first === undefined) throw new ConfigError(setting, 'holds no keys.');
  return [first, ...rest];
}

function bytes(setting: string, text: string, least: number): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]+={0,2}$/.test(text)) throw new ConfigError(setting, 'is not base64url.');
  const value = fromBase64Url(text);
  if (value.length < least) throw new ConfigError(setting, `is too short: at least ${least} bytes, base64url.`);
  return value;
}

function origins(text: string): string[] {
  return text
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '')
    .map((origin) => {
      if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
        throw new ConfigError('CORS_ORIGINS', 'must be origins like https://app.example.com, divided by commas.');
      }
      return origin;
    });
}

function logLevel(text: string): LogLevel {
  const level = LOG_LEVELS.find((name) => name === text);
  if (level === undefined) throw new ConfigError('LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}.`);
  return level;
}

function passwordCost(text: string): number {
  const cost = Number(text);
  if (!Number.isInteger(Math.log2(cost)) || cost < 1024 || cost > 65_536) {
    throw new ConfigError('PASSWORD_SCRYPT_N', 'must be a power of two from 1024 (tests) to 65536.');
  }
  return cost;
}

function allowLoopback(text: string): boolean {
  if (text !== '' && text !== 'allow') throw new ConfigError('PROVIDER_LOOPBACK', 'must be allow, or left out.');
  return text === 'allow';
}

function countUses(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new ConfigError('COUNT_USES', 'must be on, off, or left out.');
  return text === 'on';
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
