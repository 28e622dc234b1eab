import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { linkHash } from '../../../src/audit/domain.ts';
import { sealAuditEvents } from '../../../src/audit/public.ts';
import { newId } from '../../../src/kernel/ids.ts';
import worker from '../../../src/worker.ts';
import { owner, type Person } from '../../support/client.ts';
import { ok } from '../../support/team.ts';
import { contextWith, d1 } from '../../support/workbench.ts';

const seal = () => sealAuditEvents(contextWith());

/** The minute's chores, as the platform starts them. */
async function cron(changed: object = {}): Promise<void> {
  const execution = createExecutionContext();
  await worker.scheduled(
    createScheduledController({ scheduledTime: new Date(), cron: '* * * * *' }),
    { ...env, ...changed },
    execution,
  );
  await waitOnExecutionContext(execution);
}

const verify = (person: Person) => ok(person.send('GET', '/v1/audit-events/verify'));

/** Makes some events. */
async function busy(person: Person, times: number): Promise<void> {
  for (let i = 0; i < times; i++)
    await ok(person.send('POST', '/v1/prompts', { name: `p-${crypto.randomUUID()}`, kind: 'text' }));
}

const rowsOf = ({ tenantId }: Person): Promise<any[]> =>
  d1('SELECT * FROM audit_events WHERE tenant_id = ? ORDER BY seq IS NULL, seq, id', tenantId);

let ada: Person;
let bob: Person;
beforeEach(async () => {
  [ada, bob] = [await owner('Ada'), await owner('Bob')];
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

describe('the sealer', () => {
  it('chains what is there, each tenant’s own, and counts what is not chained yet', async () => {
    await busy(ada, 3);
    const counted = (await rowsOf(ada)).length;
    expect(await verify(ada)).toEqual({ valid: true, sealedThrough: 0, unsealed: counted });
    await cron();
    expect(await verify(ada)).toEqual({ valid: true, sealedThrough: counted, unsealed: 0 });
    const rows = await rowsOf(ada);
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, i) => i + 1));
    const ids = rows.map(({ id }): string => id);
    expect(ids).toEqual(ids.toSorted());
    expect(rows[0].previous_hash).toBe('0'.repeat(64));
    for (const [i, row] of rows.entries()) if (i > 0) expect(row.previous_hash).toBe(rows[i - 1].hash);
    await busy(ada, 2);
    expect(await verify(ada)).toEqual({ valid: true, sealedThrough: counted, unsealed: 2 });
    await cron();
    expect(await verify(ada)).toEqual({ valid: true, sealedThrough: counted + 2, unsealed: 0 });
    expect(await verify(bob)).toMatchObject({ valid: true, unsealed: 0 });
    expect((await rowsOf(bob)).map(({ seq }) => seq)).toEqual((await rowsOf(bob)).map((_, i) => i + 1));
  });

  it('seals nothing twice, and nothing when there is nothing', async () => {
    await seal();
    const before = await rowsOf(ada);
    expect(await seal()).toEqual({ sealed: 0 });
    expect(await rowsOf(ada)).toEqual(before);
  });

  it('two at once agree', async () => {
    await busy(ada, 5);
    const [{ n: unsealed }] = await d1('SELECT count(*) AS n FROM audit_events WHERE seq IS NULL');
    const results = await Promise.all([seal(), seal(), seal()]);
    const total = results.reduce((sum, { sealed }) => sum + sealed, 0);
    expect(total).toBe(unsealed);
    expect(await verify(ada)).toMatchObject({ valid: true, unsealed: 0 });
    expect(await verify(bob)).toMatchObject({ valid: true, unsealed: 0 });
  });

  it('leaves alone what another sealed between its look and its deed', async () => {
    await busy(ada, 3);
    let other: Promise<unknown> | undefined;
    const slow = new Proxy(env.DB, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (property !== 'batch') return typeof value === 'function' ? value.bind(target) : value;
        return async (statements: D1PreparedStatement[]) => {
          const result = await target.batch(statements);
          // After the first look of the slow one, the fast one goes all the way.
          await (other ??= seal());
          return result;
        };
      },
    });
    expect(await sealAuditEvents(contextWith({ DB: slow }))).toEqual({ sealed: 0 });
    expect(await verify(ada)).toMatchObject({ valid: true, unsealed: 0 });
  });

  it('takes events that were committed out of the order of their ids', async () => {
    await busy(ada, 2);
    await seal();
    // A slow batch: its id was made before those that are sealed already.
    const [first] = await rowsOf(ada);
    const early = newId('auditEvent', first.at - 60_000);
    await d1(
      `INSERT INTO audit_events (tenant_id, id, at, action, outcome, risk, actor_kind, actor_id, entity_type, entity_id, data)
       VALUES (?, ?, ?, 'prompt.create', 'done', 'low', 'user', 'usr_x', 'prompt', 'prm_x', '{}')`,
      ada.tenantId,
      early,
      first.at - 60_000,
    );
    expect(await verify(ada)).toMatchObject({ valid: true, unsealed: 1 });
    await seal();
    expect(await verify(ada)).toMatchObject({ valid: true, unsealed: 0 });
    expect((await rowsOf(ada)).at(-1)).toMatchObject({ id: early });
  });

  it('takes more than one batch of events', async () => {
    await d1(
      `INSERT INTO audit_events (tenant_id, id, at, action, outcome, risk, actor_kind, actor_id, entity_type, entity_id, data)
       SELECT ?, printf('evt_%026d', value), value, 'prompt.create', 'done', 'low', 'user', 'usr_x', 'prompt', 'prm_x', '{"n":1}'
       FROM json_each(?)`,
      ada.tenantId,
      JSON.stringify(Array.from({ length: 1203 }, (_, i) => i)),
    );
    const { length } = await rowsOf(ada);
    await seal();
    expect(await verify(ada)).toEqual({ valid: true, sealedThrough: length, unsealed: 0 });
    await d1(`UPDATE audit_events SET data = '{"n":2}' WHERE tenant_id = ? AND seq = 1101`, ada.tenantId);
    expect(await verify(ada)).toMatchObject({ valid: false, firstInvalid: 1101 });
  });

  it('that crashes before its batch has done nothing, and the next one does it', async () => {
    await busy(ada, 2);
    const before = await rowsOf(ada);
    let batches = 0;
    const dying = new Proxy(env.DB, {
      get(target, property) {
        const value: unknown = Reflect.get(target, property);
        if (property !== 'batch') return typeof value === 'function' ? value.bind(target) : value;
        return (statements: D1PreparedStatement[]) => {
          // Looks are let through; what is written dies on the way.
          if (++batches % 2 === 0) return Promise.reject(new Error('the Worker was reset'));
          return target.batch(statements);
        };
      },
    });
    await expect(sealAuditEvents(contextWith({ DB: dying }))).rejects.toThrow();
    expect(await rowsOf(ada)).toEqual(before);
    await seal();
    expect(await verify(ada)).toMatchObject({ valid: true, unsealed: 0 });
  });

  it('does all of a batch or nothing', async () => {
    await busy(ada, 2);
    const before = await rowsOf(ada);
    await d1(`CREATE TRIGGER no_head BEFORE INSERT ON audit_heads BEGIN SELECT RAISE(ABORT, 'no'); END`);
    await expect(seal()).rejects.toThrow();
    await d1('DROP TRIGGER no_head');
    expect(await rowsOf(ada)).toEqual(before);
    expect(await verify(ada)).toMatchObject({ valid: true, sealedThrough: 0 });
  });

  it('goes on with the others when one tenant’s events can’t be read', async () => {
    await d1(`UPDATE audit_events SET data = 'not JSON' WHERE tenant_id = ?`, ada.tenantId);
    await expect(seal()).rejects.toThrow();
    expect(await verify(bob)).toMatchObject({ valid: true, unsealed: 0 });
    await d1(`DELETE FROM audit_events WHERE tenant_id = ?`, ada.tenantId);
  });

  it('runs though the configuration will not do, and a chore that fails does not stop the others', async () => {
    await cron({ AUTH_PEPPER: undefined, ENCRYPTION_KEYS: '?' });
    expect(await verify(ada)).toMatchObject({ valid: true, unsealed: 0 });
    await d1(
      `INSERT INTO idempotency_keys (tenant_id, actor_id, key, request_hash, lease_until, expires_at) VALUES ('t', 'a', 'old', 'h', 1, 1)`,
    );
    await busy(ada, 1);
    await d1(`CREATE TRIGGER no_head BEFORE INSERT ON audit_heads BEGIN SELECT RAISE(ABORT, 'no'); END`);
    await cron({ AUTH_PEPPER: undefined });
    await d1('DROP TRIGGER no_head');
    expect(await d1(`SELECT key FROM idempotency_keys WHERE key = 'old'`)).toEqual([]);
  });
});

describe('the verification', () => {
  beforeEach(async () => {
    await busy(ada, 6);
    await seal();
    expect(await verify(ada)).toMatchObject({ valid: true });
  });

  const invalidAt = async (seq: number): Promise<void> => {
    expect(await verify(ada)).toMatchObject({ valid: false, firstInvalid: seq });
    // Nobody else's chain is the worse for it.
    expect(await verify(bob)).toMatchObject({ valid: true });
  };

  it('finds any single field of any sealed event that was changed', async () => {
    const rows = await rowsOf(ada);
    const texts = [
      'id',
      'action',
      'outcome',
      'risk',
      'actor_kind',
      'actor_id',
      'entity_type',
      'entity_id',
      'request_id',
      'trace_id',
      'previous_hash',
      'hash',
    ];
    const tampering = fc.oneof(
      fc.record({ column: fc.constantFrom(...texts), value: fc.string({ maxLength: 20 }) }),
      fc.record({
        column: fc.constantFrom('request_id', 'trace_id', 'hash', 'previous_hash', 'seq'),
        value: fc.constant(null),
      }),
      fc.record({ column: fc.constant('at'), value: fc.integer() }),
      fc.record({ column: fc.constant('seq'), value: fc.oneof(fc.integer({ min: 1000 }), fc.integer({ max: 0 })) }),
      fc.record({ column: fc.constant('data'), value: fc.oneof(fc.json(), fc.string(), fc.constant('{')) }),
      fc.record({ column: fc.constant('tenant_id'), value: fc.constant('ten_elsewhere') }),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(rows.length - 1), tampering, async (at, { column, value }) => {
        const row = rows[at];
        fc.pre(row[column] !== value && (column !== 'data' || !sameJson(row.data, value)));
        const by = 'tenant_id = ? AND rowid = (SELECT rowid FROM audit_events WHERE tenant_id = ? AND id = ?)';
        await d1(`UPDATE audit_events SET ${column} = ? WHERE ${by}`, value, ada.tenantId, ada.tenantId, row.id);
        try {
          const verdict = await verify(ada);
          expect({ column, value, ...verdict }).toMatchObject({ valid: false, firstInvalid: row.seq });
        } finally {
          await d1(
            'DELETE FROM audit_events WHERE tenant_id IN (?, ?) AND (id = ? OR seq = ? OR seq < 1 OR seq > 999 OR seq IS NULL OR id = ?)',
            ada.tenantId,
            'ten_elsewhere',
            row.id,
            row.seq,
            String(value),
          );
          const columns = Object.keys(row);
          await d1(
            `INSERT INTO audit_events (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
            ...Object.values(row),
          );
        }
      }),
      { numRuns: 150 },
    );
    expect(await verify(ada)).toMatchObject({ valid: true });
  });

  const sameJson = (a: string, b: string): boolean => {
    try {
      return JSON.stringify(JSON.parse(a)) === JSON.stringify(JSON.parse(b));
    } catch {
      return false;
    }
  };

  const at = (seq: number, sql: string, ...values: unknown[]) =>
    d1(`${sql} WHERE tenant_id = ? AND seq = ?`, ...values, ada.tenantId, seq);

  // One by one: the tampering above comes by each of these twice on average, and by chance not at all.
  it.each([
    'action',
    'outcome',
    'risk',
    'actor_kind',
    'actor_id',
    'entity_type',
    'entity_id',
    'request_id',
    'trace_id',
  ])('finds %s that was changed', async (column) => {
    await at(3, `UPDATE audit_events SET ${column} = 'x'`);
    await invalidAt(3);
  });

  it('finds a link that was taken out, wherever it was', async () => {
    const { sealedThrough } = await verify(ada);
    for (const seq of [sealedThrough, 4, 1]) {
      const [row] = await d1('SELECT * FROM audit_events WHERE tenant_id = ? AND seq = ?', ada.tenantId, seq);
      await at(seq, 'DELETE FROM audit_events');
      await invalidAt(seq);
      await d1(
        `INSERT INTO audit_events (${Object.keys(row).join()}) VALUES (${Object.keys(row)
          .map(() => '?')
          .join()})`,
        ...Object.values(row),
      );
    }
  });

  it('finds a link that was taken out and the gap closed', async () => {
    await at(3, 'DELETE FROM audit_events');
    for (let seq = 4; seq <= 8; seq++) await at(seq, 'UPDATE audit_events SET seq = ?', seq - 1);
    await invalidAt(3);
  });

  it('finds a pair that changed places', async () => {
    await at(3, 'UPDATE audit_events SET seq = 99');
    await at(4, 'UPDATE audit_events SET seq = 3');
    await at(99, 'UPDATE audit_events SET seq = 4');
    await invalidAt(3);
  });

  it('finds an event that was rewritten with a hash that fits it', async () => {
    const [row] = await d1('SELECT * FROM audit_events WHERE tenant_id = ? AND seq = 3', ada.tenantId);
    await at(3, 'UPDATE audit_events SET actor_id = ?, hash = ?', bob.id, rehashed({ ...row, actor_id: bob.id }));
    await invalidAt(4);
  });

  it('finds it too when the next link was told of that hash', async () => {
    const [row] = await d1('SELECT * FROM audit_events WHERE tenant_id = ? AND seq = 3', ada.tenantId);
    const hash = rehashed({ ...row, actor_id: bob.id });
    await at(3, 'UPDATE audit_events SET actor_id = ?, hash = ?', bob.id, hash);
    await at(4, 'UPDATE audit_events SET previous_hash = ?', hash);
    await invalidAt(4);
  });

  it('finds a tail that was added without its head', async () => {
    const { sealedThrough } = await verify(ada);
    const row = (await rowsOf(ada)).at(-1);
    const forged = { ...row, id: newId('auditEvent', row.at), seq: sealedThrough + 1, previous_hash: row.hash };
    forged.hash = rehashed(forged);
    const columns = Object.keys(forged);
    await d1(
      `INSERT INTO audit_events (${columns.join()}) VALUES (${columns.map(() => '?').join()})`,
      ...Object.values(forged),
    );
    await invalidAt(sealedThrough + 1);
  });

  it('finds a chain that was cut off, with and without its head', async () => {
    const { sealedThrough } = await verify(ada);
    const rows = await rowsOf(ada);
    await d1('UPDATE audit_heads SET seq = 4, hash = ? WHERE tenant_id = ?', rows[3].hash, ada.tenantId);
    await invalidAt(5);
    await d1('DELETE FROM audit_heads WHERE tenant_id = ?', ada.tenantId);
    await invalidAt(1);
    await d1('INSERT INTO audit_heads VALUES (?, ?, ?)', ada.tenantId, sealedThrough, rows.at(-1).hash);
    await d1('DELETE FROM audit_events WHERE tenant_id = ? AND seq > 5', ada.tenantId);
    await invalidAt(6);
    await d1('DELETE FROM audit_events WHERE tenant_id = ?', ada.tenantId);
    await invalidAt(1);
  });

  it('finds a head that was changed', async () => {
    const { sealedThrough } = await verify(ada);
    await d1('UPDATE audit_heads SET hash = ? WHERE tenant_id = ?', 'f'.repeat(64), ada.tenantId);
    await invalidAt(sealedThrough);
    await d1('UPDATE audit_heads SET seq = seq + 1 WHERE tenant_id = ?', ada.tenantId);
    await invalidAt(sealedThrough + 1);
  });

  it('finds a place that was left out, though the head was moved along', async () => {
    const { sealedThrough } = await verify(ada);
    await at(sealedThrough, 'UPDATE audit_events SET seq = seq + 1');
    await d1('UPDATE audit_heads SET seq = seq + 1 WHERE tenant_id = ?', ada.tenantId);
    await invalidAt(sealedThrough);
  });

  it('does not take the place of an event of another tenant for it', async () => {
    const [, , third] = await rowsOf(bob);
    expect(third).toBeUndefined();
    const [first] = await rowsOf(bob);
    await at(1, 'UPDATE audit_events SET hash = ?, previous_hash = ?', first.hash, first.previous_hash);
    await invalidAt(1);
  });

  const rehashed = (row: any): string =>
    linkHash(
      {
        tenantId: row.tenant_id,
        id: row.id,
        at: row.at,
        action: row.action,
        outcome: row.outcome,
        risk: row.risk,
        actorKind: row.actor_kind,
        actorId: row.actor_id,
        entityType: row.entity_type,
        entityId: row.entity_id,
        data: JSON.parse(row.data),
        requestId: row.request_id,
        traceId: row.trace_id,
      },
      row.seq,
      row.previous_hash,
    );
});
