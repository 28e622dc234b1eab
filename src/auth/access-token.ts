import { importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { UserActor } from '../kernel/actor.ts';
import { AppError } from '../kernel/errors.ts';
import { type Role, ROLES } from '../kernel/permissions.ts';
import type { Config, SigningKey } from '../platform/config.ts';

/** How long an access token lives, in seconds. */
export const ACCESS_TOKEN_SECONDS = 15 * 60;

const ISSUER = 'footlight';

type Key = Awaited<ReturnType<typeof importJWK>>;

interface Keys {
  readonly signing: Key;
  readonly verifying: ReadonlyMap<string, Key>;
}

const imported = new WeakMap<Config, Promise<Keys>>();

function keysOf(config: Config): Promise<Keys> {
  let keys = imported.get(config);
  if (keys === undefined) {
    keys = importKeys(config);
    imported.set(config, keys);
  }
  return keys;
}

async function importKeys(config: Config): Promise<Keys> {
  const [first] = config.signingKeys;
  const verifying = config.signingKeys.map(async (key) => [key.kid, await importJWK(publicKey(key), 'EdDSA')] as const);
  return {
    signing: await importJWK({ ...first }, 'EdDSA'),
    verifying: new Map(await Promise.all(verifying)),
  };
}

const publicKey = ({ kid, kty, crv, x }: SigningKey) => ({ kid, kty, crv, x, alg: 'EdDSA', use: 'sig' }) as const;

/** The public halves of the signing keys (RFC 7517), for whoever verifies our tokens. */
export const jwks = (config: Config) => ({ keys: config.signingKeys.map(publicKey) });

/** A JWT (EdDSA) that says who, in which tenant, in what role, from which session. @param now milliseconds */
export async function signAccessToken(config: Config, actor: UserActor, now: number): Promise<string> {
  const { signing } = await keysOf(config);
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT({ tid: actor.tenantId, role: actor.role, sid: actor.sessionId })
    .setProtectedHeader({ alg: 'EdDSA', kid: config.signingKeys[0].kid, typ: 'at+jwt' })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setSubject(actor.id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + ACCESS_TOKEN_SECONDS)
    .sign(signing);
}

/**
 * The actor that a token names, without any I/O. Its role is as old as the token, 15 minutes at most: it will do for
 * reading what is active at the edge, not for writing. @throws AppError unauthenticated
 */
export async function readAccessToken(
  config: Config,
  token: string,
  now: number,
): Promise<{ actor: UserActor; expiresAt: number }> {
  const { verifying } = await keysOf(config);
  let payload: JWTPayload;
  try {
    const verified = await jwtVerify(
      token,
      (header) => {
        const key = verifying.get(header.kid ?? '');
        if (key === undefined) throw new Error('no signing key has this kid');
        return key;
      },
      { algorithms: ['EdDSA'], issuer: ISSUER, audience: ISSUER, typ: 'at+jwt', currentDate: new Date(now) },
    );
    payload = verified.payload;
  } catch (cause) {
    throw new AppError('unauthenticated', 'The access token is not valid or has expired. Refresh it or log in.', {
      cause,
    });
  }
  const { sub, tid, role, sid, exp } = payload;
  const known = ROLES.find((name): name is Role => name === role);
  if (
    sub === undefined ||
    typeof tid !== 'string' ||
    known === undefined ||
    typeof sid !== 'string' ||
    exp === undefined
  ) {
    throw new AppError('unauthenticated', 'The access token is not one of ours.');
  }
  return { actor: { kind: 'user', id: sub, tenantId: tid, role: known, sessionId: sid }, expiresAt: exp * 1000 };
}
