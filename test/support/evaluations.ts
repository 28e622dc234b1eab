import { env } from 'cloudflare:workers';
import type { Outgoing } from '../../src/platform/queue/send.ts';
import worker from '../../src/worker.ts';
import type { Answer, Person, Send } from './client.ts';
import { deliver, KeptQueue } from './queues.ts';
import { ok } from './team.ts';
import { bearer } from './watcher.ts';
import { sendWith } from './workbench.ts';

/** The queue of evaluations in a test's hands: what is sent waits until it is handed over. */
export class Works {
  readonly queue = new KeptQueue();
  readonly bindings = { EVALUATIONS_QUEUE: this.queue };

  /** A client whose messages come here. */
  as(person: Pick<Person, 'accessToken'>): { send: Send } {
    const send = sendWith(this.bindings);
    return {
      send: (method, path, body, headers = {}) => send(method, path, body, { ...bearer(person), ...headers }),
    };
  }

  /** What waits. */
  get waiting(): readonly Outgoing[] {
    return this.queue.sent.map(({ body }) => body);
  }

  /** Takes messages out, the oldest first. */
  take(most = 10): Outgoing[] {
    return this.queue.sent.splice(0, most).map(({ body }) => body);
  }

  /** Hands messages to the Worker; what it does not acknowledge waits again. @returns how many were acknowledged */
  async hand(messages: readonly Outgoing[], changed: object = {}): Promise<number> {
    const bindings = { ...env, ...this.bindings, ...changed } as unknown as Env;
    const { acknowledged } = await deliver('footlight-evaluations', messages, 1, (batch, context) =>
      worker.queue(batch, bindings, context),
    );
    const left = messages.filter((_, index) => !acknowledged.includes(index));
    for (const body of left) this.queue.sent.push({ body, delaySeconds: undefined });
    return acknowledged.length;
  }

  /** Hands over all that waits and all that comes of it, ten at a time, whatever delay it was sent with. */
  async drain(
    changed: object = {},
    between: (batches: number) => Promise<void> | void = () => undefined,
  ): Promise<void> {
    for (let batches = 1; this.queue.sent.length > 0; batches++) {
      if (batches > 2_000) throw new Error(`${this.queue.sent.length} messages are still waiting`);
      await this.hand(this.take(), changed);
      await between(batches);
    }
  }
}

/** An evaluator. */
export const evaluator = (by: { send: Send }, name: string, type = 'exact', config: object = {}): Promise<any> =>
  ok(by.send('POST', '/v1/evaluators', { name, type, config }));

/** Asks for an evaluation. */
export const evaluate = (by: { send: Send }, body: object): Promise<Answer> => by.send('POST', '/v1/evaluations', body);

/** An evaluation as it is now. */
export const evaluation = (by: { send: Send }, id: string): Promise<any> => ok(by.send('GET', `/v1/evaluations/${id}`));

/** All of an evaluation's results. */
export async function results(by: { send: Send }, id: string, query = ''): Promise<any[]> {
  const all: any[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const at: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const page: any = await ok(by.send('GET', `/v1/evaluations/${id}/results?limit=100${at}${query}`));
    all.push(...page.data);
    cursor = page.nextCursor;
  }
  return all;
}
