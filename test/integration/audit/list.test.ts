import { beforeAll, describe, expect, it } from 'vitest';
import { type Belongings, furnish } from '../../support/belongings.ts';
import { expectProblem } from '../../support/problems.ts';
import { apiKey, ok } from '../../support/team.ts';
import { d1 } from '../../support/workbench.ts';

let mine: Belongings;
let theirs: Belongings;
beforeAll(async () => {
  mine = await furnish('ours');
  theirs = await furnish('theirs');
});

/** Every event of a list, page after page. */
async function all(send: Belongings['people']['owner']['send'], query = '', limit = 7): Promise<any[]> {
  const found: any[] = [];
  let cursor = '';
  do {
    const page = await ok(send('GET', `/v1/audit-events?limit=${limit}${query}${cursor}`));
    expect(page.data.length).toBeLessThanOrEqual(limit);
    found.push(...page.data);
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');
  return found;
}

describe('GET /v1/audit-events', () => {
  it('pages through everything of the tenant, newest first, each once', async () => {
    const rows = await d1('SELECT id FROM audit_events WHERE tenant_id = ?', mine.tenantId);
    for (const limit of [1, 7, 100]) {
      const events = await all(mine.people.owner.send, '', limit);
      expect(events).toHaveLength(rows.length);
      expect(new Set(events.map(({ id }) => id))).toEqual(new Set(rows.map(({ id }) => id)));
      const times = events.map(({ at }) => String(at));
      expect(times).toEqual(times.toSorted().toReversed());
    }
  });

  it('does not lose its place when events come in meanwhile', async () => {
    const before = await all(mine.people.owner.send);
    const first = await ok(mine.people.owner.send('GET', '/v1/audit-events?limit=5'));
    await ok(mine.people.owner.send('POST', '/v1/prompts', { name: 'meanwhile', kind: 'text' }));
    const second = await ok(mine.people.owner.send('GET', `/v1/audit-events?limit=5&cursor=${first.nextCursor}`));
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(before.slice(0, 10).map(({ id }) => id));
  });

  it('filters by entity, actor and time', async () => {
    const everything = await all(mine.people.owner.send, '', 100);
    const { editor } = mine.people;
    const by = (test: (event: any) => boolean) => everything.filter(test).map(({ id }) => id);
    const ids = async (query: string) => (await all(mine.people.owner.send, query)).map(({ id }) => id);
    expect(await ids(`&entity=${mine.pending}`)).toEqual(by(({ entity }) => entity.id === mine.pending));
    expect(await ids(`&actor=${editor.id}`)).toEqual(by(({ actor }) => actor.id === editor.id));
    expect(by(({ actor }) => actor.id === editor.id)).not.toEqual([]);
    expect(await ids(`&actor=${editor.id}&entity=${mine.pending}`)).toEqual(
      by(({ actor, entity }) => actor.id === editor.id && entity.id === mine.pending),
    );
    const middle = everything[Math.floor(everything.length / 2)].at;
    expect(await ids(`&from=${middle}`)).toEqual(by(({ at }) => at >= middle));
    expect(await ids(`&to=${middle}`)).toEqual(by(({ at }) => at < middle));
    expect(await ids(`&from=${middle}&to=${middle}`)).toEqual([]);
    expect(await ids('&entity=nothing')).toEqual([]);
    for (const query of [
      'from=yesterday',
      'to=2026',
      `actor=${'x'.repeat(101)}`,
      `entity=${'x'.repeat(301)}`,
      'limit=101',
      'cursor=x',
    ]) {
      expectProblem(await mine.people.owner.send('GET', `/v1/audit-events?${query}`), 400, 'validation_failed');
    }
  });

  it('shows those without audit:read their own events and no others', async () => {
    const { viewer, editor, owner } = mine.people;
    const whole = await all(owner.send, '', 100);
    for (const person of [viewer, editor]) {
      const events = await all(person.send);
      expect(events.map(({ id }) => id)).toEqual(
        whole.filter(({ actor }) => actor.id === person.id).map(({ id }) => id),
      );
      expect(await all(person.send, `&actor=${person.id}`)).toEqual(events);
      expect((await all(person.send, `&entity=${mine.prompt.id}`)).every(({ actor }) => actor.id === person.id)).toBe(
        true,
      );
      expectProblem(await person.send('GET', `/v1/audit-events?actor=${owner.id}`), 403, 'forbidden');
      expectProblem(await person.send('GET', '/v1/audit-events/verify'), 403, 'forbidden');
    }
    expect((await all(viewer.send)).length).toBeGreaterThan(0);
  });

  it('shows an API key its own, and all with the scope', async () => {
    const { owner } = mine.people;
    const writer = await apiKey(owner, ['prompts:write']);
    await ok(writer.send('POST', '/v1/prompts', { name: 'by-key', kind: 'text' }));
    expect((await all(writer.send)).map(({ action }) => action)).toEqual(['prompt.create']);
    const auditor = await apiKey(owner, ['audit:read']);
    expect(await all(auditor.send)).toEqual(await all(owner.send));
    expect(await ok(auditor.send('GET', '/v1/audit-events/verify'))).toMatchObject({ valid: true });
  });

  it('shows nothing of another tenant', async () => {
    const ids = new Set((await all(theirs.people.owner.send, '', 100)).map(({ id }) => id));
    expect((await all(mine.people.owner.send, '', 100)).filter(({ id }) => ids.has(id))).toEqual([]);
    expect(await all(mine.people.owner.send, `&actor=${theirs.people.owner.id}`)).toEqual([]);
    expect(await all(mine.people.owner.send, `&entity=${theirs.pending}`)).toEqual([]);
    // A cursor is a place, not a permission.
    const page = await ok(theirs.people.owner.send('GET', '/v1/audit-events?limit=1'));
    const after = await ok(mine.people.owner.send('GET', `/v1/audit-events?limit=100&cursor=${page.nextCursor}`));
    expect(after.data.filter(({ id }: { id: string }) => ids.has(id))).toEqual([]);
  });

  it('tells what an event was, whole', async () => {
    const [event] = await all(mine.people.owner.send, `&entity=${mine.pending}`);
    expect(event).toEqual({
      id: expect.stringMatching(/^evt_/),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      action: 'deployment.create',
      outcome: 'done',
      risk: 'medium',
      actor: { kind: 'user', id: mine.people.editor.id },
      entity: { type: 'deployment', id: mine.pending },
      data: expect.any(Object),
      requestId: expect.stringMatching(/^req_/),
      traceId: null,
      seq: null,
      hash: null,
      previousHash: null,
    });
  });
});
