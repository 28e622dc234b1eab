import type { Context } from '../platform/context.ts';
import { describeError, log } from '../platform/log/log.ts';
import { backoff } from '../platform/queue/backoff.ts';
import { readEnvelope } from '../platform/queue/events.ts';
import { bury } from './commands/bury.ts';
import { outlineOf } from './domain.ts';

/** Receives what died in other queues. */
export async function receive(messages: MessageBatch, context: Context): Promise<void> {
  await Promise.all(messages.messages.map((delivery) => receiveOne(messages.queue, delivery, context)));
}

async function receiveOne(queue: string, delivery: Message, context: Context): Promise<void> {
  const message = readEnvelope(delivery.body);
  if (message === null) {
    // Nobody's, so that there is nobody to keep it for.
    const fields = { queue, message: delivery.id, outline: outlineOf(delivery.body) };
    log(context.config.logLevel, 'error', 'malformed message dropped', fields);
    return delivery.ack();
  }
  try {
    await bury(context, queue.replace(/-dead$/, ''), message);
    delivery.ack();
  } catch (error) {
    const fields = { queue, message: message.id, type: message.type, tenant: message.tenantId };
    log(context.config.logLevel, 'error', 'dead letter not kept', { ...fields, ...describeError(error) });
    delivery.retry({ delaySeconds: backoff(delivery.attempts) });
  }
}
