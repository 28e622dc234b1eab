import { crc32 } from 'node:zlib';
import { idBody, idFromBody } from '../kernel/ids.ts';
import { API_KEY_SCOPES, type Permission, type Role, ROLE_PERMISSIONS } from '../kernel/permissions.ts';

/** What the edge must know of a key: D1's row, in KV. Revoking overwrites it, so that no stale miss revives it. */
export interface ApiKeyRecord {
  tenantId: string;
  id: string;
  /** HMAC-SHA-256 of the secret under the pepper, base64url. */
  secretHash: string;
  scopes: Permission[];
  environments: string[] | null;
  /** Milliseconds. */
  expiresAt: number | null;
  revoked: boolean;
}

/** A key taken apart: whose it says it is, and the secret that must prove it. */
export interface PresentedKey {
  tenantId: string;
  id: string;
  secret: string;
}

const KEY = /^fl_([0-9a-z]{26})_([0-9a-z]{26})_([A-Za-z0-9_-]{43})_([0-9a-f]{8})$/;

/** `fl_<tenant>_<key>_<secret>_<checksum>`: the checksum tells a slip of the pen from a key, without any I/O. */
export function formatApiKey(key: PresentedKey): string {
  const body = `fl_${idBody(key.tenantId)}_${idBody(key.id)}_${key.secret}`;
  return `${body}_${checksum(body)}`;
}

/** The parts of a key, or null when it is not one of ours. Proves nothing yet. */
export function parseApiKey(text: string): PresentedKey | null {
  const match = KEY.exec(text);
  if (match === null || checksum(text.slice(0, -9)) !== match[4]) return null;
  const tenantId = idFromBody('tenant', match[1] ?? '');
  const id = idFromBody('apiKey', match[2] ?? '');
  const secret = match[3];
  return tenantId === null || id === null || secret === undefined ? null : { tenantId, id, secret };
}

const checksum = (body: string): string => crc32(body).toString(16).padStart(8, '0');

/** Where KV keeps a key's record. */
export const apiKeyRecordKey = (tenantId: string, id: string): string => `key:${tenantId}:${id}`;

/** A key as D1 keeps it: everything but the secret. */
export interface ApiKey {
  tenantId: string;
  id: string;
  name: string;
  /** The beginning of the key, to tell keys apart by. */
  prefix: string;
  secretHash: string;
  scopes: Permission[];
  environments: string[] | null;
  /** Its maker, who answers for what it does. */
  createdBy: string;
  /** Milliseconds. */
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
  /** When KV's record was last known to agree with this; null: it must be written. */
  publishedAt: number | null;
}

/** How many live keys a tenant may have. */
export const KEYS_MAX = 500;

/** How far ahead a key's expiry may be: 5 years, leap days included. */
export const LIFETIME_MAX_MS = (5 * 365 + 2) * 24 * 60 * 60 * 1000;

/**
 * How long after a revocation its tombstone is written again before it is trusted: an older writer may have read the key
 * while it was active and be still on its way to KV. A minute outlasts any such write.
 */
export const REVOCATION_GRACE_MS = 60_000;

/** The scopes that somebody with these permissions can't give to a key: those of persons, and those they lack. */
export const scopesBeyond = (scopes: readonly Permission[], held: (permission: Permission) => boolean): Permission[] =>
  scopes.filter((scope) => !API_KEY_SCOPES.includes(scope) || !held(scope));

/** What a key may do now: its scopes, less what its maker no longer may. */
export const effectivePermissions = (scopes: readonly Permission[], makerRole: Role): ReadonlySet<Permission> =>
  new Set(scopes.filter((scope) => API_KEY_SCOPES.includes(scope) && ROLE_PERMISSIONS[makerRole].has(scope)));

/** What the edge must know of a key. */
export const recordOf = (key: ApiKey): ApiKeyRecord => ({
  tenantId: key.tenantId,
  id: key.id,
  secretHash: key.secretHash,
  scopes: key.scopes,
  environments: key.environments,
  expiresAt: key.expiresAt,
  revoked: key.revokedAt !== null,
});

/** The part of a key that may be shown: `fl_<tenant>_<key>`, nothing of the secret. */
export const prefixOf = (text: string): string => text.slice(0, 'fl_'.length + 26 + '_'.length + 26);
