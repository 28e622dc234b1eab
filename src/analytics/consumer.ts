import type { Context } from '../platform/context.ts';
import { consume, type Consumer } from '../platform/queue/consume.ts';
import { recordEvents } from './commands/record.ts';
import { writeThrough } from './commands/write-through.ts';

const analytics: Consumer = {
  name: 'analytics',
  effect: async (context, events) => recordEvents(context, events),
  after: writeThrough,
};

/** Counts what the queue of events tells. */
export const receive = (messages: MessageBatch, context: Context): Promise<void> =>
  consume(messages, context, analytics);
