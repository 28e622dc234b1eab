import { env } from 'cloudflare:workers';
import { importJWK, SignJWT } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { as, owner, type Person, send } from '../../support/client.ts';
import { member, ok } from '../../support/team.ts';
import { contextWith, d1, sendWith } from '../../support/workbench.ts';
import { readAccessToken } from '../../../src/auth/public.ts';

const signing = () => (JSON.parse(env.AUTH_SIGNING_KEYS) as { keys: [Record<string, string>] }).keys[0];
const newKey = (kid: string): Record<string, string> => ({
  ...(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) as Record<string, string>),
  kid,
});

interface Forgery {
  header?: object;
  claims?: object;
  key?: Record<string, string>;
  subject?: string;
  issuer?: string;
  audience?: string;
  issuedAt?: number;
  expiresAt?: number;
}

let ada: Person;
let session: string;

/** A token like ours but for what a forger changes. */
async function forge({ header = {}, claims = {}, key = signing(), ...other }: Forgery = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ tid: ada.tenantId, role: 'owner', sid: session, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid: key['kid'] ?? '', typ: 'at+jwt', ...header })
    .setIssuer(other.issuer ?? 'footlight')
    .setAudience(other.audience ?? 'footlight')
    .setSubject(other.subject ?? ada.id)
    .setIssuedAt(other.issuedAt ?? now)
    .setExpirationTime(other.expiresAt ?? now + 900)
    .sign(await importJWK(key, 'EdDSA'));
}

beforeAll(async () => {
  ada = await owner('Ada');
  [{ id: session }] = (await d1('SELECT id FROM sessions WHERE user_id = ?', ada.id)) as [{ id: string }];
});

const statusOf = async (token: string): Promise<number> => (await as(token)('GET', '/v1/tenant')).status;

describe('an access token', () => {
  it('is a JWT that the published keys verify', async () => {
    expect(await statusOf(await forge())).toBe(200);
    const answer = await send('GET', '/.well-known/jwks.json');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=300');
    const { kid, x } = signing();
    expect(answer.body).toEqual({ keys: [{ kid, kty: 'OKP', crv: 'Ed25519', x, alg: 'EdDSA', use: 'sig' }] });
    const [header, payload] = ada.accessToken.split('.').map((part) => Buffer.from(part, 'base64url').toString());
    expect(JSON.parse(header)).toEqual({ alg: 'EdDSA', kid, typ: 'at+jwt' });
    const claims = JSON.parse(payload);
    expect(claims).toMatchObject({ iss: 'footlight', aud: 'footlight', sub: ada.id, tid: ada.tenantId, role: 'owner' });
    expect(claims.exp - claims.iat).toBe(15 * 60);
  });

  it.each([
    ['of a key that is not ours, under our kid', () => forge({ key: { ...newKey('x'), kid: signing()['kid']! } })],
    ['of a key that is not ours', () => forge({ key: newKey('x') })],
    ['without a kid', () => forge({ header: { kid: undefined } })],
    ['that has expired', () => forge({ issuedAt: 1_700_000_000, expiresAt: 1_700_000_900 })],
    ['of another issuer', () => forge({ issuer: 'elsewhere' })],
    ['for another audience', () => forge({ audience: 'elsewhere' })],
    ['of another type', () => forge({ header: { typ: 'JWT' } })],
    ['with a role that does not exist', () => forge({ claims: { role: 'root' } })],
    ['without a tenant', () => forge({ claims: { tid: undefined } })],
    ['without a session', () => forge({ claims: { sid: undefined } })],
    ['of a session that does not exist', () => forge({ claims: { sid: 'ses_00000000000000000000000000' } })],
    [
      'of another person, in whose name the session is not',
      async () => forge({ subject: (await member(ada, 'viewer')).id }),
    ],
    ['of another tenant', async () => forge({ claims: { tid: (await owner('Grace')).tenantId } })],
    [
      'without a signature (alg none)',
      async () => {
        const header = JSON.stringify({ alg: 'none', kid: signing()['kid'], typ: 'at+jwt' });
        return `${Buffer.from(header).toString('base64url')}.${ada.accessToken.split('.')[1]}.`;
      },
    ],
    [
      'signed by HMAC with our public key',
      async () =>
        new SignJWT({ tid: ada.tenantId, role: 'owner', sid: session })
          .setProtectedHeader({ alg: 'HS256', kid: signing()['kid']!, typ: 'at+jwt' })
          .setSubject(ada.id)
          .setIssuer('footlight')
          .setAudience('footlight')
          .setExpirationTime('15m')
          .sign(Buffer.from(signing()['x']!, 'base64url')),
    ],
    [
      'with its payload changed',
      async () => {
        const [header, payload, signature] = ada.accessToken.split('.');
        const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString());
        const changed = Buffer.from(JSON.stringify({ ...claims, exp: claims.exp + 1 })).toString('base64url');
        return `${header}.${changed}.${signature}`;
      },
    ],
    ['that is none', async () => 'nonsense'],
  ])('%s is refused', async (_, make) => {
    const { status, body, headers } = await as(await make())('GET', '/v1/tenant');
    expect([status, body.code]).toEqual([401, 'unauthenticated']);
    expect(headers.get('www-authenticate')).toContain('Bearer');
  });

  it('must be in the header, as a bearer', async () => {
    for (const authorization of [
      '',
      'Bearer',
      `Basic ${ada.accessToken}`,
      ada.accessToken,
      `Bearer ${ada.accessToken} x`,
    ]) {
      expect((await send('GET', '/v1/me', undefined, { authorization })).status).toBe(401);
    }
    expect((await send('GET', `/v1/me?access_token=${ada.accessToken}`)).status).toBe(401);
    expect((await send('GET', '/v1/me', undefined, { authorization: `bearer ${ada.accessToken}` })).status).toBe(200);
  });

  it('says no more than who and since when where D1 is not asked', async () => {
    const { actor, expiresAt } = await readAccessToken(contextWith().config, ada.accessToken, Date.now());
    expect(actor).toEqual({ kind: 'user', id: ada.id, tenantId: ada.tenantId, role: 'owner', sessionId: session });
    expect(expiresAt).toBeGreaterThan(Date.now());
  });
});

describe('rotating the signing key', () => {
  it('goes by kid: the new key signs, both verify, a dropped one does not', async () => {
    const [old, fresh] = [signing(), newKey('fresh')];
    const both = sendWith({ AUTH_SIGNING_KEYS: JSON.stringify({ keys: [fresh, old] }) });
    const only = sendWith({ AUTH_SIGNING_KEYS: JSON.stringify({ keys: [fresh] }) });
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

    expect((await both('GET', '/v1/me', undefined, bearer(ada.accessToken))).status).toBe(200);
    const body = { email: ada.email, password: ada.password };
    const { accessToken } = await ok(both('POST', '/v1/auth/login', body));
    expect(JSON.parse(Buffer.from(accessToken.split('.')[0], 'base64url').toString()).kid).toBe('fresh');
    expect((await both('GET', '/v1/me', undefined, bearer(accessToken))).status).toBe(200);
    expect((await only('GET', '/v1/me', undefined, bearer(accessToken))).status).toBe(200);
    expect((await only('GET', '/v1/me', undefined, bearer(ada.accessToken))).status).toBe(401);
    expect(await statusOf(accessToken)).toBe(401);

    const { keys } = await ok(both('GET', '/.well-known/jwks.json'));
    expect(keys.map((key: any) => key.kid)).toEqual(['fresh', old['kid']]);
    expect(JSON.stringify(keys)).not.toContain(old['d']);
    expect(JSON.stringify(keys)).not.toContain('"d"');
  });

  it('without a usable key is told as a configuration to mend, without its value', async () => {
    const broken = sendWith({ AUTH_SIGNING_KEYS: '{"keys":[]}', LOG_LEVEL: 'error' });
    const { status, body } = await broken('GET', '/.well-known/jwks.json');
    expect([status, body.code]).toEqual([503, 'unavailable']);
    expect(body.detail).toContain('AUTH_SIGNING_KEYS');
  });
});
