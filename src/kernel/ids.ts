/** Every kind of id, by its prefix. */
const ID_PREFIXES = {
  user: 'usr',
  tenant: 'ten',
  session: 'ses',
  invitation: 'inv',
  apiKey: 'key',
  prompt: 'prm',
  asset: 'ast',
  version: 'ver',
  model: 'mdl',
  modelRevision: 'mrv',
  environment: 'env',
  deployment: 'dep',
  execution: 'exe',
  auditEvent: 'evt',
  outboxEvent: 'out',
  dataset: 'dst',
  datasetItem: 'dsi',
  evaluator: 'evr',
  evaluation: 'evl',
  feedback: 'fbk',
  request: 'req',
} as const;

export type IdKind = keyof typeof ID_PREFIXES;

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32, lower case
const BODY = /^[0-9a-hjkmnp-tv-z]{26}$/;

/**
 * A new id: prefix, 48 bits of time (ms), 80 random bits, as a lower-case ULID. Sorts by time of making.
 * @param now milliseconds since the epoch
 */
export function newId(kind: IdKind, now: number): string {
  return `${ID_PREFIXES[kind]}_${ulid(now)}`;
}

/** What sorts before every id of that kind that was made at a time or later (ms since the epoch). */
export const idsFrom = (kind: IdKind, at: number): string => `${ID_PREFIXES[kind]}_${timeOf(at)}`;

function timeOf(now: number): string {
  let time = '';
  for (let rest = now, i = 0; i < 10; i++) {
    time = ALPHABET.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  return time;
}

function ulid(now: number): string {
  if (poolAt === pool.length) {
    crypto.getRandomValues(pool);
    poolAt = 0;
  }
  let random = '';
  for (const end = poolAt + 16; poolAt < end; poolAt++) random += ALPHABET.charAt((pool[poolAt] ?? 0) & 31);
  return timeOf(now) + random;
}

// Drawn by the kilobyte: a draw costs as much as all the rest of an id. Empty at first, for no isolate may draw while it starts.
const pool = new Uint8Array(1024);
let poolAt = pool.length;

export function isId(kind: IdKind, value: string): boolean {
  const prefix = ID_PREFIXES[kind];
  return value.startsWith(`${prefix}_`) && BODY.test(value.slice(prefix.length + 1));
}

/** The 26 characters after the prefix, for tokens that carry an id within. */
export const idBody = (id: string): string => id.slice(id.indexOf('_') + 1);

/** The id of that kind with that body, or null when the body is not one. */
export function idFromBody(kind: IdKind, body: string): string | null {
  return BODY.test(body) ? `${ID_PREFIXES[kind]}_${body}` : null;
}

export const idPattern = (kind: IdKind): RegExp => new RegExp(`^${ID_PREFIXES[kind]}_[0-9a-hjkmnp-tv-z]{26}$`);
