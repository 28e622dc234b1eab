import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../context.ts';
import type { Statement } from '../db/db.ts';
import { insertInto } from '../db/fixed.ts';
import { outbox } from '../db/table.ts';

const insertEvent = insertInto(outbox);

/**
 * The statement that keeps an event, for the batch of the change that it tells of: both happen or neither does.
 * @param body JSON, in the shape of the event's type, with its version as `v`
 */
export function keepEvent(context: TenantContext, type: string, body: { readonly v: number }): Statement {
  const now = context.now();
  const { tenantId } = context.scope;
  const id = newId('outboxEvent', now);
  return insertEvent(context.db, { tenantId, id, type, body: JSON.stringify(body), createdAt: now });
}
