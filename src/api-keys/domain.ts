import { crc32 } from 'node:zlib';
import { idBody, idFromBody } from '../kernel/ids.ts';
import type { Permission } from '../kernel/permissions.ts';

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
