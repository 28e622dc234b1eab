import { evictDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { execute, model, readEvents, streamedEvents } from '../../support/executions.ts';
import { fresh, house, type House } from '../../support/house.ts';
import { prompt } from '../../support/team.ts';
import { bearer, watch } from '../../support/watcher.ts';

let home: House;
let name: string;

beforeAll(async () => {
  home = await house();
  name = fresh('cut');
  await prompt(home.eve, name, 'one two three four five six seven eight nine ten eleven twelve');
  await model(home.ada, 'slow', { parameters: { delayMs: 12 } });
});

interface Visit {
  by: 'socket' | 'events';
  /** How many events are read before the connection is cut. */
  reads: number;
  evict: boolean;
}

/** Reads some events, and goes away in the middle. */
async function visit(id: string, since: number, { by, reads }: Visit): Promise<any[]> {
  const events: any[] = [];
  if (by === 'events') {
    const path = `/v1/executions/${id}/events`;
    const reader = await readEvents(path, { ...bearer(home.eve), 'last-event-id': String(since) });
    for (let event = null; events.length < reads && (event = await reader.next()) !== null;) events.push(event);
    await reader.cancel();
    return events;
  }
  const watcher = await watch(`/v1/executions/${id}/stream?since=${since}`, bearer(home.eve));
  while (events.length < reads) {
    const next = await Promise.race([watcher.next(), watcher.closed]);
    if (typeof next === 'number') break;
    events.push(next);
  }
  watcher.close();
  return events;
}

describe('a client that is cut after any event and comes back with the last one it saw', () => {
  it('gets each event exactly once', async () => {
    const visits = fc.array(
      fc.record({
        by: fc.constantFrom('socket' as const, 'events' as const),
        reads: fc.integer({ min: 1, max: 4 }),
        evict: fc.boolean(),
      }),
      { minLength: 4, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(visits, async (plan) => {
        const { body } = await execute(home.eve, name, { tag: '1.0.0', model: 'slow' });
        const seen: any[] = [];
        for (const one of plan) {
          seen.push(...(await visit(body.id, seen.at(-1)?.seq ?? 0, one)));
          // It waits for what is under way, the run included; or there is nothing to evict.
          if (one.evict)
            await evictDurableObject(env.EXECUTIONS.getByName(`${home.tenantId}:${body.id}`)).catch(() => 0);
        }
        seen.push(...(await visit(body.id, seen.at(-1)?.seq ?? 0, { by: 'events', reads: 1_000, evict: false })));
        expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, i) => i + 1));
        expect(seen.at(-1)).toMatchObject({ type: 'job_complete' });
        expect(await streamedEvents(body.links.events, bearer(home.eve))).toEqual(seen);
      }),
      { numRuns: 10 },
    );
  });

  it('sees the same in both ways, with many at once', async () => {
    const { body } = await execute(home.eve, name, { tag: '1.0.0', model: 'slow' });
    const plan = Array.from({ length: 20 }, (_, i): Visit => ({
      by: i % 2 === 0 ? 'socket' : 'events',
      reads: 1_000,
      evict: false,
    }));
    const all = await Promise.all(plan.map((one) => visit(body.id, 0, one)));
    for (const events of all) expect(events).toEqual(all[0]);
    expect(all[0]?.at(-1)).toMatchObject({ type: 'job_complete' });
  });
});
