import { AppError } from '../../kernel/errors.ts';
import { type Context, derive } from '../context.ts';
import { batch, type Statement } from '../db/db.ts';
import { isUniqueViolation } from '../db/guard.ts';
import { findProcessed, insertProcessed, type MessageFailure, saveFailures } from '../db/messages.ts';
import { describeError, log } from '../log/log.ts';
import { backoff } from './backoff.ts';
import {
  type EventMessage,
  MalformedMessage,
  parseEvent,
  parseTask,
  readEnvelope,
  type TaskMessage,
} from './events.ts';
import { send } from './send.ts';

/** Somebody to whom events happen once. */
export interface Consumer {
  /** For good: what was processed is remembered under it. */
  readonly name: string;
  /**
   * What some events, perhaps of several tenants and in any order, change in D1. It may be asked more than once about the same
   * ones, until the statements go through: all else that it does must not mind. One that throws for an event has it tried again later.
   */
  readonly effect: (context: Context, events: readonly EventMessage[]) => Promise<readonly Statement[]>;
  /** What else is to be done once they went through, at most once and without a promise. */
  readonly after?: (context: Context, events: readonly EventMessage[]) => void | Promise<void>;
}

/** Thrown by a task's handler that finds the time not right: the message comes again later, which is no failure of it. */
export class RetryLater extends Error {
  readonly seconds: number;

  /** @param cause why, for whoever finds the message among the dead ones after all */
  constructor(seconds: number, cause: AppError) {
    super(cause.message, { cause });
    this.name = 'RetryLater';
    this.seconds = seconds;
  }
}

/** Whoever has been told to come later for so long is not told again (ms). */
const PATIENCE_MS = 3 * 24 * 60 * 60_000;
/** One D1 batch: events of 1 MB at most, since D1 takes values of 2 MB. */
const CHUNK_BYTES = 1_000_000;
/** How often a batch that another consumer was faster with is looked at again. */
const LOOKS = 5;

interface Delivery<M> {
  readonly message: M;
  /** The same event may come twice in a batch. */
  readonly deliveries: Message[];
}

/**
 * Has events take effect, each once: one D1 batch holds their ids and their effect, so that it is undone where one was there before.
 * Events that cannot go through together are divided until the one that is to blame is alone; it comes again later, by itself.
 */
export async function consume(messages: MessageBatch, context: Context, consumer: Consumer): Promise<void> {
  const failures = new Failures(messages.queue, context);
  const events = new Map<string, Delivery<EventMessage>>();
  for (const delivery of messages.messages) {
    try {
      const message = parseEvent(delivery.body);
      const known = events.get(message.id);
      if (known === undefined) events.set(message.id, { message, deliveries: [delivery] });
      else known.deliveries.push(delivery);
    } catch (error) {
      failures.add(delivery, error);
    }
  }
  for (const chunk of chunksOf([...events.values()])) await takeEffect(context, consumer, chunk, failures);
  await failures.keep();
}

async function takeEffect(
  context: Context,
  consumer: Consumer,
  events: readonly Delivery<EventMessage>[],
  failures: Failures,
): Promise<void> {
  for (let look = 1; ; look++) {
    let fresh: readonly Delivery<EventMessage>[];
    try {
      fresh = await withoutProcessed(context, consumer, events);
    } catch (error) {
      // D1 itself is not there: no message is to blame, so there is no use in dividing them.
      for (const event of events) failures.addAll(event, error);
      return;
    }
    const all = fresh.map(({ message }) => message);
    try {
      if (fresh.length > 0) await process(context, consumer, all);
    } catch (error) {
      // Another was faster with some of them, at this moment.
      if (isUniqueViolation(error, 'processed_messages') && look < LOOKS) continue;
      const [one, another] = fresh;
      if (one !== undefined && another === undefined) failures.addAll(one, error);
      else await divide(context, consumer, fresh, failures);
      for (const event of events) if (!fresh.includes(event)) acknowledge(event);
      return;
    }
    for (const event of events) acknowledge(event);
    if (fresh.length > 0) await afterwards(context, consumer, all);
    return;
  }
}

async function divide(
  context: Context,
  consumer: Consumer,
  events: readonly Delivery<EventMessage>[],
  failures: Failures,
): Promise<void> {
  const half = Math.ceil(events.length / 2);
  await takeEffect(context, consumer, events.slice(0, half), failures);
  await takeEffect(context, consumer, events.slice(half), failures);
}

async function withoutProcessed(
  context: Context,
  consumer: Consumer,
  events: readonly Delivery<EventMessage>[],
): Promise<Delivery<EventMessage>[]> {
  const keys = events.map(({ message }) => message);
  const processed = await findProcessed(context.db, consumer.name, keys);
  return events.filter(({ message }) => !processed.has(message.id));
}

async function process(context: Context, consumer: Consumer, events: readonly EventMessage[]): Promise<void> {
  const statements = await consumer.effect(context, events);
  await batch(context.db, [insertProcessed(context.db, consumer.name, events, context.now()), ...statements]);
}

async function afterwards(context: Context, consumer: Consumer, events: readonly EventMessage[]): Promise<void> {
  try {
    await consumer.after?.(context, events);
  } catch (error) {
    log(context.config.logLevel, 'error', 'after a message', { consumer: consumer.name, ...describeError(error) });
  }
}

function acknowledge({ deliveries }: Delivery<unknown>): void {
  for (const delivery of deliveries) delivery.ack();
}

function chunksOf(events: readonly Delivery<EventMessage>[]): Delivery<EventMessage>[][] {
  const chunks: Delivery<EventMessage>[][] = [];
  let bytes = Infinity;
  for (const event of events) {
    const size = JSON.stringify(event.message).length;
    if (bytes + size > CHUNK_BYTES) {
      chunks.push([event]);
      bytes = size;
    } else {
      chunks.at(-1)?.push(event);
      bytes += size;
    }
  }
  return chunks;
}

/**
 * Has tasks done, all of a batch at once, each by itself: for what takes long and asks others. A task may be done more than once, also
 * at the same time: its handler must not mind. @param handle may throw RetryLater
 */
export async function consumeEach(
  messages: MessageBatch,
  context: Context,
  handle: (context: Context, message: TaskMessage) => Promise<void>,
): Promise<void> {
  const failures = new Failures(messages.queue, context);
  await Promise.all(
    messages.messages.map(async (delivery) => {
      try {
        const message = parseTask(delivery.body);
        await handle(derive(context, { requestId: message.id }), message).catch((error: unknown) =>
          postpone(context, message, error),
        );
        delivery.ack();
      } catch (error) {
        failures.add(delivery, error);
      }
    }),
  );
  await failures.keep();
}

/** Sends a message again that came too early: as a new one, for its attempts are counted by the queue. @throws any other error */
async function postpone(context: Context, message: TaskMessage, error: unknown): Promise<void> {
  if (!(error instanceof RetryLater)) throw error;
  if (context.now() - message.at > PATIENCE_MS) throw error.cause;
  await send(context.env, [message], { delaySeconds: error.seconds });
}

/** The messages of a batch that could not be handled: each comes again by itself, and why is kept for when it dies. */
class Failures {
  readonly #queue: string;
  readonly #context: Context;
  readonly #failed: MessageFailure[] = [];

  constructor(queue: string, context: Context) {
    this.#queue = queue;
    this.#context = context;
  }

  addAll({ deliveries }: Delivery<unknown>, error: unknown): void {
    for (const delivery of deliveries) this.add(delivery, error);
  }

  add(delivery: Message, error: unknown): void {
    const { attempts } = delivery;
    delivery.retry({ delaySeconds: backoff(attempts) });
    const envelope = readEnvelope(delivery.body);
    const fields = { queue: this.#queue, message: envelope?.id ?? delivery.id, type: envelope?.type, attempts };
    log(this.#context.config.logLevel, 'error', 'message failed', { ...fields, ...describeError(error) });
    if (envelope === null) return;
    const { tenantId, id } = envelope;
    this.#failed.push({ tenantId, id, attempts, ...reasonOf(error) });
  }

  async keep(): Promise<void> {
    if (this.#failed.length === 0) return;
    try {
      await saveFailures(this.#context.db, this.#failed, this.#context.now());
    } catch (error) {
      // It is in the log, and the messages come again all the same.
      log(this.#context.config.logLevel, 'error', 'failures not kept', describeError(error));
    }
  }
}

/** What the tenant's admins may read of an error: nothing of the inside. */
function reasonOf(error: unknown): { code: string; message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message.slice(0, 500) };
  if (error instanceof MalformedMessage) return { code: 'malformed_message', message: error.message.slice(0, 500) };
  return {
    code: 'internal_error',
    message: 'Something unexpected went wrong. The log has more, under the message’s id.',
  };
}
