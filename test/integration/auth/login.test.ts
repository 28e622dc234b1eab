import { describe, expect, it } from 'vitest';
import { provePassword } from '../../../src/auth/commands/prove-password.ts';
import { type Answer, owner, type Person, send } from '../../support/client.ts';
import { eventually } from '../../support/eventually.ts';
import { member, ok } from '../../support/team.ts';
import { contextWith, d1, sendWith } from '../../support/workbench.ts';

const WRONG = 'not the password';

const login = (email: string, password: string, more: object = {}, address?: string): Promise<Answer> =>
  send(
    'POST',
    '/v1/auth/login',
    { email, password, ...more },
    address === undefined ? {} : { 'cf-connecting-ip': address },
  );

const failTimes = async (email: string, times: number): Promise<void> => {
  for (let i = 0; i < times; i++) await login(email, WRONG);
};

/** As if a block had run its time. */
const unblock = () => d1('UPDATE login_throttles SET blocked_until = 0');

const statuses = (answers: Answer[]): number[] => answers.map(({ status }) => status).toSorted((a, b) => a - b);

describe('logging in', () => {
  it('goes to the tenant asked for, else to the one joined first', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const { token } = await ok(grace.send('POST', '/v1/invitations', { email: ada.email, role: 'viewer' }));
    await ok(send('POST', '/v1/invitations/accept', { token, password: ada.password }));

    expect((await ok(login(ada.email, ada.password))).tenant.id).toBe(ada.tenantId);
    const there = await ok(login(ada.email, ada.password, { tenantId: grace.tenantId }));
    expect(there).toMatchObject({ tenant: { id: grace.tenantId }, role: 'viewer' });
  });

  it('tells of a tenant that is not theirs only whoever knows the password', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    const right = await login(ada.email, ada.password, { tenantId: grace.tenantId });
    expect([right.status, right.body.code]).toEqual([404, 'not_found']);
    const wrong = await login(ada.email, WRONG, { tenantId: ada.tenantId });
    expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid_credentials']);
  });

  it('says to a person without a tenant what to do', async () => {
    const ada = await owner('Ada');
    const eve = await member(ada, 'viewer', 'eve');
    await ok(eve.send('DELETE', `/v1/members/${eve.id}`));
    const { status, body } = await login(eve.email, eve.password);
    expect([status, body.code]).toEqual([403, 'forbidden']);
    expect(body.detail).toContain('invitation');
  });

  it('does the same work in D1 for a known and an unknown email', async () => {
    const ada = await owner('Ada');
    const trips = async (email: string): Promise<{ d1: number; code: string }> => {
      const left: Promise<unknown>[] = [];
      const context = contextWith({}, { waitUntil: (work) => void left.push(work) });
      const failure = provePassword(context, { email, password: WRONG, address: '192.0.2.1' });
      const code = await failure.catch((error: { code: string }) => error.code);
      // What goes on after the answer begins with a read of its own, which is not waited for.
      return { d1: context.operations.d1 - left.length, code: code as string };
    };
    expect(await trips(ada.email)).toEqual({ d1: 1, code: 'invalid_credentials' });
    expect(await trips('nobody@example.com')).toEqual({ d1: 1, code: 'invalid_credentials' });
  });

  it('does the same work on the password for an unknown email: at the cost of today', async () => {
    const email = `${crypto.randomUUID()}@example.com`;
    const tryAt = (passwordCost: number): Promise<unknown> => {
      const context = contextWith();
      Object.defineProperty(context, 'config', { value: { ...context.config, passwordCost } });
      return provePassword(context, { email, password: WRONG, address: null });
    };
    await expect(tryAt(1024)).rejects.toMatchObject({ code: 'invalid_credentials' });
    // No power of two: scrypt was asked, for it alone refuses this.
    await expect(tryAt(1000)).rejects.toThrow('Scrypt failed');
  });

  it('limits every field', async () => {
    const email = 'ada@example.com';
    const bodies = [
      { email, password: '' },
      { email, password: 'x'.repeat(201) },
      { email: `${'x'.repeat(250)}@example.com`, password: 'x' },
      { email: 'ada', password: 'x' },
      { email, password: 'x', tenantId: '' },
      { email, password: 'x', tenantId: 'x'.repeat(65) },
      { email, password: 'x', extra: true },
      { email },
      [],
    ];
    for (const body of bodies) expect((await send('POST', '/v1/auth/login', body)).body.code).toBe('validation_failed');
    const good = { email, password: 'long enough', name: 'Ada', tenantName: 'Acme' };
    for (const bad of [
      { email: 'x' },
      { password: 'x'.repeat(9) },
      { password: 'x'.repeat(201) },
      { name: ' ' },
      { name: 'x'.repeat(101) },
      { tenantName: '' },
      { tenantName: 'x'.repeat(101) },
      { role: 'owner' },
    ]) {
      expect((await send('POST', '/v1/auth/register', { ...good, ...bad })).body.code).toBe('validation_failed');
    }
  });

  it('registers an email once, also when two try at once', async () => {
    const body = {
      email: `${crypto.randomUUID()}@example.com`,
      password: 'long enough',
      name: 'Ada',
      tenantName: 'Acme',
    };
    const answers = await Promise.all([1, 2].map(() => send('POST', '/v1/auth/register', body)));
    expect(statuses(answers)).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('already_exists');
    expect((await d1('SELECT id FROM users WHERE email = ?', body.email)).length).toBe(1);
  });
});

describe('repeated failures', () => {
  it('are refused for a while after five, with the right password too, and forgotten after a success', async () => {
    const ada = await owner('Ada');
    await failTimes(ada.email, 5);
    const blocked = await login(ada.email, ada.password);
    expect([blocked.status, blocked.body.code]).toEqual([429, 'rate_limited']);
    const wait = Number(blocked.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(30);
    await unblock();
    await ok(login(ada.email, ada.password));
    await failTimes(ada.email, 4);
    await ok(login(ada.email, ada.password));
  });

  it('block for longer each time', async () => {
    const ada = await owner('Ada');
    await failTimes(ada.email, 5);
    await unblock();
    await failTimes(ada.email, 1);
    const wait = Number((await login(ada.email, ada.password)).headers.get('retry-after'));
    expect(wait).toBeGreaterThan(30);
    expect(wait).toBeLessThanOrEqual(60);
  });

  it('are answered alike for an email that nobody has', async () => {
    const ada = await owner('Ada');
    const unknown = `${crypto.randomUUID()}@example.com`;
    const [known, nobody]: [Answer[], Answer[]] = [[], []];
    for (let i = 0; i < 7; i++) {
      known.push(await login(ada.email, WRONG));
      nobody.push(await login(unknown, WRONG));
    }
    const told = (answers: Answer[]) => answers.map(({ status, body }) => [status, body.code, body.title]);
    expect(told(known)).toEqual(told(nobody));
    expect(told(known).map(([status]) => status)).toEqual([401, 401, 401, 401, 401, 429, 429]);
  });

  it('are counted exactly, however many try at once', async () => {
    const ada = await owner('Ada');
    const answers = await Promise.all(Array.from({ length: 12 }, () => login(ada.email, WRONG)));
    expect(statuses(answers)).toEqual([...Array(5).fill(401), ...Array(7).fill(429)]);
  });

  it('let through no guess beside the count, even a right one', async () => {
    const ada = await owner('Ada');
    await failTimes(ada.email, 4);
    const answers = await Promise.all(Array.from({ length: 8 }, () => login(ada.email, WRONG)));
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(1);
    expect((await login(ada.email, ada.password)).status).toBe(429);
  });

  it('from one address are refused whatever the account, without locking the accounts', async () => {
    const ada = await owner('Ada');
    const from = '198.51.100.7';
    for (let i = 0; i < 50; i++) await login(`nobody-${i}@example.com`, WRONG, {}, from);
    expect((await login(ada.email, ada.password, {}, from)).status).toBe(429);
    for (let i = 0; i < 6; i++) expect((await login(ada.email, WRONG, {}, from)).status).toBe(429);
    // Elsewhere, and where the platform does not say, Ada is as welcome as before.
    await ok(login(ada.email, ada.password, {}, '198.51.100.8'));
    await ok(login(ada.email, ada.password));
  });

  it('from an address take in its whole IPv6 network', async () => {
    const ada = await owner('Ada');
    for (let i = 0; i < 50; i++) await login(`nobody-${i}@example.com`, WRONG, {}, `2001:db8:5:5::${i.toString(16)}`);
    expect((await login(ada.email, ada.password, {}, '2001:db8:5:5:ffff::1')).status).toBe(429);
    await ok(login(ada.email, ada.password, {}, '2001:db8:5:6::1'));
  });

  it('of an address are not washed away by a success of its own', async () => {
    const [ada, eve] = [await owner('Ada'), await owner('Eve')];
    const from = '198.51.100.77';
    for (let i = 0; i < 49; i++) await login(`nobody-${i}@example.com`, WRONG, {}, from);
    for (let i = 0; i < 3; i++) await ok(login(eve.email, eve.password, {}, from));
    expect((await login(ada.email, WRONG, {}, from)).status).toBe(401);
    expect((await login(eve.email, eve.password, {}, from)).status).toBe(429);
  });

  it('keep neither emails nor addresses', async () => {
    const ada = await owner('Ada');
    await login(ada.email, WRONG, {}, '198.51.100.9');
    const kept = JSON.stringify(await d1('SELECT * FROM login_throttles'));
    expect(kept).not.toContain(ada.email);
    expect(kept).not.toContain('198.51.100.9');
  });

  it('are told to the first tenant of whom they were aimed at', async () => {
    const [ada, grace] = [await owner('Ada'), await owner('Grace')];
    await login(ada.email, WRONG);
    const refused = async (person: Person) =>
      (await person.send('GET', '/v1/audit-events')).body.data.filter((event: any) => event.outcome === 'refused');
    const [event] = await eventually(async () => {
      const events = await refused(ada);
      expect(events).toHaveLength(1);
      return events;
    });
    expect(event).toMatchObject({
      action: 'session.create',
      entity: { id: ada.id },
      data: { code: 'invalid_credentials' },
    });
    expect(JSON.stringify(event)).not.toContain(WRONG);
    expect(await refused(grace)).toEqual([]);
  });
});

describe('the cost of a password', () => {
  it('is brought up to date at the next login, in its batch', async () => {
    const ada = await owner('Ada');
    const hashOf = async () =>
      (await d1('SELECT password_hash AS hash FROM users WHERE id = ?', ada.id))[0].hash as string;
    expect(await hashOf()).toMatch(/^scrypt\$1024\$/);
    const dearer = sendWith({ PASSWORD_SCRYPT_N: '2048' });
    const body = { email: ada.email, password: ada.password };
    expect((await dearer('POST', '/v1/auth/login', { ...body, password: WRONG })).status).toBe(401);
    expect(await hashOf()).toMatch(/^scrypt\$1024\$/);
    expect((await dearer('POST', '/v1/auth/login', body)).status).toBe(200);
    const hash = await hashOf();
    expect(hash).toMatch(/^scrypt\$2048\$/);
    expect((await dearer('POST', '/v1/auth/login', body)).status).toBe(200);
    expect(await hashOf()).toBe(hash);
    const actions = (await ada.send('GET', '/v1/audit-events')).body.data.map((event: any) => event.action);
    expect(actions.filter((action: string) => action === 'user.rehash')).toHaveLength(1);
  });
});
