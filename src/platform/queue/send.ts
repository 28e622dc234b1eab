import { utf8Length } from '../../kernel/bytes.ts';
import { newId } from '../../kernel/ids.ts';
import type { Context } from '../context.ts';
import type { MessageBodies, TaskBodies } from './events.ts';

/** Of every message's shape, for now: events.ts. */
export const VERSION = 1;

/** A message as it goes over the wire. */
export interface Outgoing {
  readonly v: number;
  readonly id: string;
  readonly tenantId: string;
  readonly type: string;
  readonly at: number;
  readonly body: unknown;
}

const TASKS: { readonly [T in keyof TaskBodies]: true } = { 'evaluation.fan_out': true, 'evaluation.item': true };

/** The queue of a type: tasks have one, everything else is an event. */
const queueOf = (env: Env, type: string): Queue => (Object.hasOwn(TASKS, type) ? env.EVALUATIONS_QUEUE : env.EVENTS);

/** Cloudflare takes 100 messages and 256 KB at a time; what it adds to each counts too. */
const BATCH_MESSAGES = 100;
const BATCH_BYTES = 250_000;
const ADDED_BYTES = 150;
/** The longest delay that a queue knows, in seconds. */
const DELAY_MAX = 43_200;

export interface Delay {
  /** Whole seconds before anybody receives it. */
  readonly delaySeconds?: number;
}

/** Sends messages to their queues, as few calls as it takes. Some may have been sent when it fails. */
export async function send(env: Env, messages: readonly Outgoing[], delay: Delay = {}): Promise<void> {
  const byQueue = Map.groupBy(messages, ({ type }) => queueOf(env, type));
  const delaySeconds = Math.min(DELAY_MAX, Math.max(0, Math.ceil(delay.delaySeconds ?? 0)));
  for (const [queue, all] of byQueue) {
    for (const some of batchesOf(all)) await queue.sendBatch(some.map((body) => ({ body, delaySeconds })));
  }
}

function batchesOf(messages: readonly Outgoing[]): Outgoing[][] {
  const batches: Outgoing[][] = [];
  let bytes = Infinity;
  for (const message of messages) {
    const size = utf8Length(JSON.stringify(message)) + ADDED_BYTES;
    const open = batches.at(-1);
    if (open === undefined || open.length >= BATCH_MESSAGES || bytes + size > BATCH_BYTES) {
      batches.push([message]);
      bytes = size;
    } else {
      open.push(message);
      bytes += size;
    }
  }
  return batches;
}

/** A message that is to be sent: its type decides on its queue and its body. */
export type ToSend = {
  readonly [T in keyof MessageBodies]: { readonly tenantId: string; readonly type: T; readonly body: MessageBodies[T] };
}[keyof MessageBodies];

/**
 * Sends messages at once, without the outbox: for what repairs itself when they get lost, or may. To tell of a change in D1,
 * `keepEvent` it. Some may have been sent when it fails.
 */
export async function enqueue(
  context: Pick<Context, 'env' | 'now'>,
  messages: readonly ToSend[],
  delay: Delay = {},
): Promise<void> {
  const at = context.now();
  const outgoing = messages.map((message) => ({ ...message, v: VERSION, id: newId('outboxEvent', at), at }));
  await send(context.env, outgoing, delay);
}
