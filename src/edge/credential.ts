import {
  type ApiKeyRecord,
  apiKeyRecordKey,
  findOptionalApiKeyRecord,
  parseApiKey,
  type PresentedKey,
  publishApiKey,
  verifyApiKeyRecord,
} from '../api-keys/public.ts';
import { readAccessToken } from '../auth/public.ts';
import { type Actor, type ApiKeyActor, can, mayEnter } from '../kernel/actor.ts';
import { AppError } from '../kernel/errors.ts';
import type { Context } from '../platform/context.ts';
import { bearerToken } from '../platform/http/bearer.ts';
import { type Caller, forgetCaller, rememberCaller } from './memory.ts';
import { fromD1, mend, parseRecord } from './sources.ts';

/** A credential as it was presented. Proves nothing yet. */
export type Credential = { kind: 'api_key'; key: PresentedKey; recordKey: string } | { kind: 'token'; token: string };

/** Reads an Authorization header, without any I/O. @throws AppError unauthenticated */
export function readCredential(authorization: string | null): Credential {
  const token = bearerToken(authorization);
  if (token === null) {
    throw new AppError('unauthenticated', 'Send `Authorization: Bearer <access token or API key>`.');
  }
  if (!token.startsWith('fl_')) return { kind: 'token', token };
  const key = parseApiKey(token);
  if (key === null) throw new AppError('unauthenticated', 'The API key is incomplete or mistyped.');
  return { kind: 'api_key', key, recordKey: apiKeyRecordKey(key.tenantId, key.id) };
}

/** The person behind an access token, from the token alone: no store is asked. @throws AppError unauthenticated */
export async function checkToken(context: Context, authorization: string, token: string): Promise<Caller> {
  const now = context.now();
  const { actor, expiresAt } = await readAccessToken(context.config, token, now);
  return rememberCaller(authorization, { actor, record: null, expiresAt, readAt: now, askedAt: now });
}

/**
 * The API key behind a record in KV, or in D1 where KV has none (and is then mended).
 * @param text in KV: null where it has none, undefined where it did not answer
 * @throws AppError unauthenticated, unavailable
 */
export async function checkKey(
  context: Context,
  authorization: string,
  { key, recordKey }: { key: PresentedKey; recordKey: string },
  text: string | null | undefined,
  readAt: number,
): Promise<Caller> {
  const { tenantId, id } = key;
  let record = typeof text === 'string' ? parseRecord(context, recordKey, text) : null;
  if (record === null) {
    record = await fromD1(context, () => findOptionalApiKeyRecord(context, tenantId, id));
    if (record !== null && text !== undefined) mend(context, () => publishApiKey(context, { tenantId }, id));
  }
  const proven = verifyApiKeyRecord(context.config, record, key, context.now());
  if (proven === null) {
    forgetCaller(authorization);
    throw refused();
  }
  const caller = { actor: actorOf(proven), record: text ?? '', expiresAt: proven.expiresAt ?? Infinity };
  return rememberCaller(authorization, { ...caller, readAt, askedAt: readAt });
}

/** The same from D1 alone. @throws AppError unauthenticated, unavailable */
export async function proveKey(context: Context, authorization: string, key: PresentedKey): Promise<Actor> {
  const record = await fromD1(context, () => findOptionalApiKeyRecord(context, key.tenantId, key.id));
  const proven = verifyApiKeyRecord(context.config, record, key, context.now());
  if (proven !== null) return actorOf(proven);
  forgetCaller(authorization);
  throw refused();
}

const refused = (): AppError =>
  new AppError('unauthenticated', 'The API key is not valid: it is unknown, revoked or expired.');

const actorOf = ({ id, tenantId, scopes, environments }: ApiKeyRecord): ApiKeyActor => ({
  kind: 'api_key',
  id,
  tenantId,
  permissions: new Set(scopes),
  environments,
  makerId: '',
});

/** @throws AppError forbidden */
export function assertMayFetch(actor: Actor, environment: string): void {
  if (!can(actor, 'edge:read')) throw new AppError('forbidden', 'This needs the permission edge:read.');
  if (!mayEnter(actor, environment)) {
    throw new AppError('forbidden', `This API key is bound to other environments than ${environment}.`);
  }
}
