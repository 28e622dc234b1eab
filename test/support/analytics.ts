import { env } from 'cloudflare:workers';
import { newId } from '../../src/kernel/ids.ts';
import type { EventBodies } from '../../src/platform/queue/events.ts';
import type { Outgoing } from '../../src/platform/queue/send.ts';
import type { Send } from './client.ts';
import { deliver } from './queues.ts';
import { ok } from './team.ts';
import { d1 } from './workbench.ts';

const QUEUE = 'footlight-events';

/** An event as it goes over the wire, told at some time. */
export const eventAt = <T extends keyof EventBodies>(
  tenantId: string,
  at: number,
  type: T,
  body: EventBodies[T],
): Outgoing => ({ v: 1, id: newId('outboxEvent', at), tenantId, type, at, body });

type Cell = EventBodies['edge.fetched']['cells'][number];

/** Fetches of one prompt. */
export const cell = (promptId: string, more: Partial<Cell> = {}): Cell => ({
  kind: 'fetch',
  environment: 'production',
  promptId,
  prompt: 'support/greeting',
  tag: '1.0.0',
  versionId: 'ver_01jd3z8v4q6r0s2t4v6w8y0a2c',
  variant: null,
  personId: null,
  apiKeyId: null,
  count: 1,
  ...more,
});

export const fetched = (tenantId: string, at: number, ...cells: Cell[]): Outgoing =>
  eventAt(tenantId, at, 'edge.fetched', { from: at, cells });

/** An execution that ended. */
export const ended = (
  tenantId: string,
  at: number,
  promptId: string,
  more: Partial<EventBodies['execution.completed']> = {},
): Outgoing => {
  const status = more.status ?? 'completed';
  return eventAt(tenantId, at, `execution.${status}`, {
    executionId: newId('execution', at),
    promptId,
    prompt: 'support/greeting',
    tag: '1.0.0',
    versionId: 'ver_01jd3z8v4q6r0s2t4v6w8y0a2c',
    environment: 'production',
    variant: null,
    createdBy: 'usr_01jd3z8v4q6r0s2t4v6w8y0a2c',
    personId: 'usr_01jd3z8v4q6r0s2t4v6w8y0a2c',
    createdAt: at,
    finishedAt: at,
    cached: false,
    model: { name: 'fast', revision: 1, provider: 'mock', model: 'echo' },
    usage: { inputTokens: 10, outputTokens: 20, costMicros: 30 },
    latencyMs: 100,
    timeToFirstTokenMs: 10,
    errorCode: null,
    ...more,
    status,
  });
};

/** Somebody's word on an answer. */
export const feedback = (
  tenantId: string,
  at: number,
  promptId: string,
  score: number,
  more: Partial<EventBodies['feedback.created']> = {},
): Outgoing =>
  eventAt(tenantId, at, 'feedback.created', {
    feedbackId: newId('feedback', at),
    promptId,
    prompt: 'support/greeting',
    environment: 'production',
    tag: '1.0.0',
    variant: null,
    score,
    executionId: null,
    createdBy: 'usr_01jd3z8v4q6r0s2t4v6w8y0a2c',
    ...more,
  });

/** Hands events to the consumer, a hundred at a time, and sees them taken. */
export async function counted(...events: Outgoing[]): Promise<void> {
  for (let i = 0; i < events.length; i += 100) {
    const some = events.slice(i, i + 100);
    const { acknowledged } = await deliver(QUEUE, some);
    if (acknowledged.length < some.length) throw new Error('not all events were counted');
  }
}

/** What D1 has of a tenant’s numbers and log, but for the ids of events. */
export async function numbersOf(tenantId: string): Promise<Record<string, string[]>> {
  const rows = async (query: string) =>
    (await d1(query, tenantId)).map((row) => JSON.stringify(row).replaceAll(tenantId, 'tenant')).toSorted();
  return {
    rollups: await rows('SELECT * FROM rollups WHERE tenant_id = ?'),
    events: await rows('SELECT type, at, body FROM analytics_events WHERE tenant_id = ?'),
    uses: await rows('SELECT * FROM analytics_uses WHERE tenant_id = ?'),
  };
}

/** Asks a question of analytics. */
export const asked = (by: { send: Send }, question: string, query: object = {}): Promise<any> =>
  ok(by.send('GET', `/v1/analytics/${question}${queryOf(query)}`));

export const queryOf = (query: object): string => {
  const text = new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
};

/** The Worker's bindings, with uses counted: in tests they are not, so that no test waits for their window. */
export const counting = (more: object = {}): Env => Object.assign({ ...env }, { COUNT_USES: 'on' }, more);
