import { type Context, forActor } from '../platform/context.ts';
import { consumeEach } from '../platform/queue/consume.ts';
import type { TaskMessage } from '../platform/queue/events.ts';
import { fanOut } from './commands/fan-out.ts';
import { runItem } from './commands/run-item.ts';

/** Receives what evaluations have to do. */
export const receive = (messages: MessageBatch, context: Context): Promise<void> =>
  consumeEach(messages, context, handle);

function handle(context: Context, message: TaskMessage): Promise<void> {
  const system = forActor(context, { kind: 'system', id: 'footlight', tenantId: message.tenantId });
  switch (message.type) {
    case 'evaluation.fan_out':
      return fanOut(system, message.body);
    case 'evaluation.item':
      return runItem(system, message.body);
  }
}
