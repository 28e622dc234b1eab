import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';
import { apiKeyRecordKey, type ApiKeyRecord, REVOCATION_GRACE_MS } from '../../../src/api-keys/domain.ts';
import { publishApiKey, sweepApiKeys } from '../../../src/api-keys/public.ts';
import { owner, type Person } from '../../support/client.ts';
import { apiKey, ok } from '../../support/team.ts';
import { contextWith, d1, sendWith } from '../../support/workbench.ts';

const recordOf = (person: Person, id: string) =>
  env.EDGE.get<ApiKeyRecord>(apiKeyRecordKey(person.tenantId, id), 'json');
const publishedAt = async (id: string): Promise<number | null> =>
  (await d1('SELECT published_at AS at FROM api_keys WHERE id = ?', id))[0].at;
const unpublish = (id: string) => d1('UPDATE api_keys SET published_at = NULL WHERE id = ?', id);
const revoke = (person: Person, id: string) => ok(person.send('DELETE', `/v1/api-keys/${id}`));

type Put = (key: string, value: string) => Promise<void>;

/** KV with another way to write: failing, late, or dying after the write. */
const withPut = (put: (real: Put, key: string, value: string) => Promise<void>): object => {
  const real: Put = (key, value) => env.EDGE.put(key, value);
  return { EDGE: { get: env.EDGE.get.bind(env.EDGE), put: (key: string, value: string) => put(real, key, value) } };
};

const failing = withPut(async () => {
  throw new Error('KV is down');
});
/** Writes, and is gone before it can look at D1 again. */
const dying = withPut(async (real, key, value) => {
  await real(key, value);
  throw new Error('the isolate is gone');
});

/** A write that waits at the door of KV, with the value that it read, until it is let in. */
function slow(): { bindings: object; arrived: Promise<void>; letIn: () => void } {
  const [arrived, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let first = true;
  const bindings = withPut(async (real, key, value) => {
    if (first) {
      first = false;
      arrived.resolve();
      await open.promise;
    }
    await real(key, value);
  });
  return { bindings, arrived: arrived.promise, letIn: () => open.resolve() };
}

/** The same, and gone after its write. */
function slowAndDying() {
  const held = slow();
  const inner = held.bindings as { EDGE: { put: Put } };
  const bindings = withPut(async (_, key, value) => {
    await inner.EDGE.put(key, value);
    throw new Error('the isolate is gone');
  });
  return { ...held, bindings };
}

describe('when KV fails', () => {
  it('a key is made all the same, and published by the sweep', async () => {
    const ada = await owner('Ada');
    const made = await sendWith({ ...failing, LOG_LEVEL: 'error' })(
      ...(['POST', '/v1/api-keys', { name: 'test', scopes: ['edge:read'] }] as const),
      { authorization: `Bearer ${ada.accessToken}` },
    );
    expect(made.status).toBe(201);
    const { id } = made.body;
    expect(await recordOf(ada, id)).toBeNull();
    expect(await publishedAt(id)).toBeNull();
    await sweepApiKeys(contextWith({ ...failing, LOG_LEVEL: 'error' }));
    expect(await publishedAt(id)).toBeNull();
    await sweepApiKeys(contextWith());
    expect((await recordOf(ada, id))?.revoked).toBe(false);
    expect(await publishedAt(id)).not.toBeNull();
  });

  it('a key is revoked all the same, and its tombstone written by the sweep', async () => {
    const ada = await owner('Ada');
    const { id, send } = await apiKey(ada, ['tenant:read']);
    const revoked = await sendWith({ ...failing, LOG_LEVEL: 'error' })('DELETE', `/v1/api-keys/${id}`, undefined, {
      authorization: `Bearer ${ada.accessToken}`,
    });
    expect(revoked.status).toBe(204);
    expect((await send('GET', '/v1/tenant')).status).toBe(401);
    expect((await recordOf(ada, id))?.revoked).toBe(false);
    await sweepApiKeys(contextWith());
    expect((await recordOf(ada, id))?.revoked).toBe(true);
  });
});

describe('a revoked key does not come back to life', () => {
  it('when an older write arrives after the tombstone', async () => {
    const ada = await owner('Ada');
    const { id } = await apiKey(ada, ['edge:read']);
    const late = slow();
    const publishing = publishApiKey(contextWith(late.bindings), { tenantId: ada.tenantId }, id);
    await late.arrived;
    await revoke(ada, id);
    expect((await recordOf(ada, id))?.revoked).toBe(true);
    late.letIn();
    expect((await publishing)?.revoked).toBe(true);
    expect((await recordOf(ada, id))?.revoked).toBe(true);
  });

  it('when that older write is the last thing its writer does', async () => {
    const ada = await owner('Ada');
    const { id } = await apiKey(ada, ['edge:read']);
    const late = slowAndDying();
    const publishing = publishApiKey(contextWith(late.bindings), { tenantId: ada.tenantId }, id);
    await late.arrived;
    await revoke(ada, id);
    late.letIn();
    await expect(publishing).rejects.toThrow('gone');
    expect((await recordOf(ada, id))?.revoked).toBe(false);
    // Within its grace a tombstone is written again by every sweep, and not yet trusted.
    await sweepApiKeys(contextWith());
    expect((await recordOf(ada, id))?.revoked).toBe(true);
    expect(await publishedAt(id)).toBeNull();
  });

  it('when the older write outlives several sweeps of the grace', async () => {
    const ada = await owner('Ada');
    const { id } = await apiKey(ada, ['edge:read']);
    const late = slowAndDying();
    const publishing = publishApiKey(contextWith(late.bindings), { tenantId: ada.tenantId }, id);
    await late.arrived;
    await revoke(ada, id);
    await sweepApiKeys(contextWith());
    await sweepApiKeys(contextWith());
    late.letIn();
    await expect(publishing).rejects.toThrow('gone');
    await sweepApiKeys(contextWith({}, { now: () => Date.now() + REVOCATION_GRACE_MS + 1000 }));
    expect((await recordOf(ada, id))?.revoked).toBe(true);
    expect(await publishedAt(id)).not.toBeNull();
  });

  it('when a sweep and a revocation meet', async () => {
    const ada = await owner('Ada');
    const { id } = await apiKey(ada, ['edge:read']);
    await unpublish(id);
    const late = slow();
    const sweeping = sweepApiKeys(contextWith(late.bindings));
    await late.arrived;
    await revoke(ada, id);
    late.letIn();
    await sweeping;
    expect((await recordOf(ada, id))?.revoked).toBe(true);
  });

  it('when many writers publish and one revokes, in whatever order their writes arrive', async () => {
    for (let round = 0; round < 8; round++) {
      const ada = await owner('Ada');
      const { id } = await apiKey(ada, ['edge:read']);
      const jittery = withPut(async (real, key, value) => {
        await scheduler.wait(Math.random() * 4);
        await real(key, value);
        await scheduler.wait(Math.random() * 4);
      });
      const publish = () => publishApiKey(contextWith(jittery), { tenantId: ada.tenantId }, id);
      await Promise.all([publish(), publish(), revoke(ada, id), publish(), publish()]);
      expect((await recordOf(ada, id))?.revoked).toBe(true);
    }
  });
});

describe('publishing', () => {
  it('that dies after its write is done again by the sweep', async () => {
    const ada = await owner('Ada');
    const { id } = await apiKey(ada, ['edge:read']);
    await unpublish(id);
    await expect(publishApiKey(contextWith(dying), { tenantId: ada.tenantId }, id)).rejects.toThrow('gone');
    expect(await publishedAt(id)).toBeNull();
    await sweepApiKeys(contextWith());
    expect(await publishedAt(id)).not.toBeNull();
  });

  it('is trusted for a revoked key after its grace only', async () => {
    const ada = await owner('Ada');
    const { id } = await apiKey(ada, ['edge:read']);
    await revoke(ada, id);
    await sweepApiKeys(contextWith());
    expect(await publishedAt(id)).toBeNull();
    const later = contextWith({}, { now: () => Date.now() + REVOCATION_GRACE_MS + 1 });
    await sweepApiKeys(later);
    expect(await publishedAt(id)).not.toBeNull();
    const idle = contextWith();
    await sweepApiKeys(idle);
    expect(idle.operations.kv).toBe(0);
  });

  it('writes once and looks twice, and writes nothing for a key that D1 has not', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const { id } = await apiKey(ada, ['edge:read']);
    const context = contextWith();
    expect(await publishApiKey(context, { tenantId: ada.tenantId }, id)).toMatchObject({ id, revoked: false });
    expect(context.operations).toEqual({ d1: 2, kv: 1, do: 0 });
    expect(await publishApiKey(context, { tenantId: grace.tenantId }, id)).toBeNull();
    expect(await recordOf(grace, id)).toBeNull();
  });

  it('takes a bounded number of keys a sweep', async () => {
    const ada = await owner('Ada');
    await d1(
      `INSERT INTO api_keys (tenant_id, id, name, prefix, secret_hash, scopes, created_by, created_at)
       SELECT ?1, 'key_' || value, 'x', 'x', 'x', '[]', 'x', 1 FROM json_each(?2)`,
      ada.tenantId,
      JSON.stringify(Array.from({ length: 120 }, (_, i) => i)),
    );
    const context = contextWith();
    await sweepApiKeys(context);
    expect(context.operations.kv).toBe(100);
    await sweepApiKeys(contextWith());
    expect(await d1('SELECT id FROM api_keys WHERE published_at IS NULL AND tenant_id = ?', ada.tenantId)).toEqual([]);
  });
});
