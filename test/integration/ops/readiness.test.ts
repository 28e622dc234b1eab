import { env } from 'cloudflare:workers';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { owner, type Person, send } from '../../support/client.ts';
import { expectProblem, expectSafeHeaders } from '../../support/problems.ts';
import { sendWith } from '../../support/workbench.ts';

const CHECKS = [
  'configuration',
  'd1',
  'kv',
  'r2',
  'deploymentObject',
  'environmentObject',
  'executionObject',
  'evaluationObject',
  'limitsObject',
];

let ada: Person;
beforeAll(async () => {
  ada = await owner();
});
const errors = vi.spyOn(console, 'error').mockImplementation(() => undefined);
beforeEach(() => errors.mockClear());
afterAll(() => vi.restoreAllMocks());

const bearer = () => ({ authorization: `Bearer ${ada.accessToken}` });

describe('GET /health', () => {
  it('says that the Worker runs, and which one', async () => {
    const answer = await send('GET', '/health');
    expect(answer).toMatchObject({ status: 200, body: { status: 'ok', version: expect.any(String) } });
    expectSafeHeaders(answer.headers);
  });

  it('does so though nothing else is there', async () => {
    const bare = {
      DB: undefined,
      EDGE: undefined,
      DEPLOYMENTS: undefined,
      ENVIRONMENTS: undefined,
      AUTH_PEPPER: undefined,
    };
    expect((await sendWith(bare)('GET', '/health')).status).toBe(200);
  });
});

describe('GET /readiness', () => {
  it('says that everything is there', async () => {
    const { status, body } = await send('GET', '/readiness');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'ready',
      checks: Object.fromEntries(CHECKS.map((check) => [check, { status: 'ok' }])),
    });
  });

  const failing = (): never => {
    throw new Error('inside: a password');
  };
  const rejecting = () => Promise.reject(new Error('inside: a password'));

  it.each([
    ['d1', { DB: { prepare: failing } }],
    ['d1', { DB: { prepare: () => ({ all: rejecting }) } }],
    ['d1', { DB: undefined }],
    ['kv', { EDGE: { get: rejecting } }],
    ['kv', { EDGE: undefined }],
    ['deploymentObject', { DEPLOYMENTS: { getByName: () => ({ fetch: rejecting }) } }],
    ['deploymentObject', { DEPLOYMENTS: undefined }],
    ['environmentObject', { ENVIRONMENTS: { getByName: () => ({ fetch: rejecting }) } }],
    ['environmentObject', { ENVIRONMENTS: { getByName: failing } }],
    ['executionObject', { EXECUTIONS: { getByName: () => ({ fetch: rejecting }) } }],
    ['evaluationObject', { EVALUATIONS: { getByName: () => ({ fetch: rejecting }) } }],
    ['limitsObject', { LIMITS: { getByName: () => ({ fetch: rejecting }) } }],
    ['r2', { OUTPUTS: { head: rejecting } }],
  ])('says that %s is not: %o', async (failed, changed) => {
    const { status, headers, body } = await sendWith(changed)('GET', '/readiness');
    expect(status).toBe(503);
    expect(body.status).toBe('not_ready');
    for (const check of CHECKS) expect(body.checks[check].status, check).toBe(check === failed ? 'failed' : 'ok');
    expect(JSON.stringify(body)).not.toMatch(/inside|password|Error|TypeError/);
    expect(headers.get('cache-control')).toBe('no-store');
    expectSafeHeaders(headers);
  });

  it('says that the tables are not there yet', async () => {
    const empty = { prepare: (sql: string) => env.DB.prepare(sql.replace('tenants', 'no_such_table')) };
    const { status, body } = await sendWith({ DB: empty })('GET', '/readiness');
    expect({ status, d1: body.checks.d1.status }).toEqual({ status: 503, d1: 'failed' });
  });

  it('does not wait for ever for an object that does not answer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const hanging = { EDGE: { get: () => new Promise(() => undefined) } };
      const asked = sendWith(hanging)('GET', '/readiness');
      await vi.advanceTimersByTimeAsync(5_000);
      const { status, body } = await asked;
      expect({ status, kv: body.checks.kv.status }).toEqual({ status: 503, kv: 'failed' });
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a setting that will not do', () => {
  const short = Buffer.alloc(31, 7).toString('base64url');
  const good = Buffer.alloc(32, 7).toString('base64url');
  const jwk = { kid: 'k', ...generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }) };
  const SECRET = 'SECRET-that-must-not-be-told';

  it.each([
    ['AUTH_SIGNING_KEYS', undefined],
    ['AUTH_SIGNING_KEYS', ''],
    ['AUTH_SIGNING_KEYS', SECRET],
    ['AUTH_SIGNING_KEYS', '{"keys":[]}'],
    ['AUTH_SIGNING_KEYS', JSON.stringify({ keys: [{ ...jwk, d: SECRET }] })],
    ['AUTH_SIGNING_KEYS', JSON.stringify({ keys: [{ ...jwk, kty: 'RSA' }] })],
    ['AUTH_PEPPER', undefined],
    ['AUTH_PEPPER', SECRET],
    ['AUTH_PEPPER', short],
    ['AUTH_PEPPER', `${SECRET}!`],
    ['ENCRYPTION_KEYS', undefined],
    ['ENCRYPTION_KEYS', good],
    ['ENCRYPTION_KEYS', `k:${SECRET}`],
    ['ENCRYPTION_KEYS', `k:${good}${good}`],
    ['CORS_ORIGINS', SECRET],
    ['LOG_LEVEL', SECRET],
    ['PASSWORD_SCRYPT_N', SECRET],
  ])('%s = %s is named, and its value is not', async (setting, value) => {
    const broken = sendWith({ [setting]: value });
    const readiness = await broken('GET', '/readiness');
    expect(readiness.status).toBe(503);
    expect(readiness.body.checks.configuration).toEqual({ status: 'failed', detail: expect.stringContaining(setting) });
    for (const check of CHECKS.slice(1)) expect(readiness.body.checks[check].status).toBe('ok');

    const login = { email: ada.email, password: ada.password };
    for (const answer of [
      await broken('GET', '/v1/prompts', undefined, bearer()),
      await broken('POST', '/v1/auth/login', login),
      await broken('GET', '/.well-known/jwks.json'),
      await broken('GET', '/v1/edge/production/prompts/some', undefined, {
        authorization: `Bearer ${ada.accessToken}`,
      }),
    ]) {
      expectProblem(answer, 503, 'unavailable');
      expect(answer.body.detail).toContain(setting);
    }
    for (const path of ['/health', '/openapi.json', '/docs']) expect((await broken('GET', path)).status).toBe(200);
    const told = JSON.stringify(readiness.body) + JSON.stringify(errors.mock.calls);
    expect(told).not.toContain(SECRET);
    expect(told).not.toContain(short);
  });

  it('does not stop those that were read before', async () => {
    expect((await ada.send('GET', '/v1/me')).status).toBe(200);
  });
});
