import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { newId } from '../../src/kernel/ids.ts';
import type { MessageBodies } from '../../src/platform/queue/events.ts';
import type { Outgoing } from '../../src/platform/queue/send.ts';
import worker from '../../src/worker.ts';

/** A message of a tenant, as it goes over the wire. */
export const message = <T extends keyof MessageBodies>(tenantId: string, type: T, body: MessageBodies[T]): Outgoing => {
  const at = Date.now();
  return { v: 1, id: newId('outboxEvent', at), tenantId, type, at, body };
};

/** What became of a batch: which bodies' places were acknowledged, and after how many seconds the others come again. */
export interface Received {
  acknowledged: number[];
  later: Record<number, number | undefined>;
}

type Receive = (batch: MessageBatch, context: ExecutionContext) => Promise<void> | void;

/** Hands bodies to the Worker as a queue would. @param attempts how often each has come, this time included */
export async function deliver(
  queue: string,
  bodies: readonly unknown[],
  attempts = 1,
  receive: Receive = (batch, context) => worker.queue(batch, env, context),
): Promise<Received> {
  const messages = bodies.map((body, i) => ({ id: String(i), timestamp: new Date(), attempts, body }));
  const batch = createMessageBatch(queue, messages);
  // What getQueueResult tells of a retry does not say when.
  const delays = new Map<string, number | undefined>();
  for (const message of batch.messages) {
    const retry = message.retry.bind(message);
    Object.defineProperty(message, 'retry', {
      value: (options?: QueueRetryOptions) => {
        delays.set(message.id, options?.delaySeconds);
        retry(options);
      },
    });
  }
  const context = createExecutionContext();
  await receive(batch, context);
  const { explicitAcks, retryMessages } = await getQueueResult(batch, context);
  return {
    acknowledged: explicitAcks.map(Number).toSorted((a, b) => a - b),
    later: Object.fromEntries(retryMessages.map(({ msgId }) => [msgId, delays.get(msgId)])),
  };
}

/** A queue that keeps what it is sent, and fails as often as it is told to. */
export class KeptQueue {
  readonly sent: { body: Outgoing; delaySeconds: number | undefined }[] = [];
  readonly batches: number[] = [];
  /** Asked before each batch is taken. */
  refuses: (bodies: readonly Outgoing[]) => boolean = () => false;

  async sendBatch(messages: Iterable<MessageSendRequest<Outgoing>>): Promise<void> {
    const all = [...messages];
    if (this.refuses(all.map(({ body }) => body))) throw new Error('the queue is not there');
    this.batches.push(all.length);
    for (const { body, delaySeconds } of all) this.sent.push({ body: JSON.parse(JSON.stringify(body)), delaySeconds });
  }
}
