import { newId } from '../../kernel/ids.ts';
import type { Context, TenantContext } from '../context.ts';
import type { Statement } from '../db/db.ts';
import { insertInto } from '../db/fixed.ts';
import { outbox } from '../db/table.ts';
import type { MessageBodies } from './events.ts';
import { type Outgoing, VERSION } from './send.ts';

/** What the statements that keep messages will have kept. */
const kept = new WeakMap<Statement, Outgoing>();

const insertEvent = insertInto(outbox);

/**
 * The statement that keeps a message, for the batch of the change that it tells of: both happen or neither does. A batch that
 * goes through `commit` is told on right after; what any other leaves behind, the sweep finds.
 */
export function keepEvent<T extends keyof MessageBodies>(
  context: Context & Pick<TenantContext, 'scope'>,
  type: T,
  body: MessageBodies[T],
): Statement {
  const at = context.now();
  const of = { v: VERSION, id: newId('outboxEvent', at), tenantId: context.scope.tenantId, type };
  const statement = insertEvent(context.db, { ...of, body: JSON.stringify(body), createdAt: at });
  kept.set(statement, { ...of, at, body });
  return statement;
}

/** The message that a statement keeps, if that is what it does. */
export const keptBy = (statement: Statement): Outgoing | undefined => kept.get(statement);
