import type { AppError } from '../../kernel/errors.ts';
import type { AuditAction } from '../../kernel/audit-actions.ts';
import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { batch, type Statement } from '../../platform/db/db.ts';
import { relayEvents } from '../../platform/queue/relay.ts';
import { type AuditEntry, auditEvent } from '../domain.ts';
import { insertAuditEvent } from '../repo.ts';

/**
 * Makes a change: its statements, the events that tell of it and, under an Idempotency-Key, the answer to it, all in
 * one D1 batch. Every write goes through here. What it keeps in the outbox is told on after the answer.
 * @param answer what the caller will be told, where a repetition should be told the same
 * @returns what each of the statements gave
 */
export async function commit(
  context: TenantContext,
  statements: readonly Statement[],
  entries: AuditEntry | readonly AuditEntry[],
  answer?: { readonly status: number; readonly body: unknown },
): Promise<unknown[]> {
  const all = [...statements];
  for (const entry of [entries].flat() as readonly AuditEntry[]) all.push(record(context, entry, 'done'));
  if (answer !== undefined && context.idempotency !== undefined) {
    all.push((await context.idempotency.complete(answer.status, answer.body)).statement);
  }
  const results = await batch(context.db, all);
  relayEvents(context, statements);
  return results;
}

/** Keeps a write that was refused, by itself: there is no change for it to be part of. */
export async function recordRefusal(
  context: TenantContext,
  refusal: { action: AuditAction; error: AppError; path: string },
): Promise<void> {
  const { action, error, path } = refusal;
  const type = action.slice(0, action.indexOf('.'));
  const id = decodeURIComponent(path).match(/[a-z]{3}_[0-9a-z]{26}/)?.[0] ?? path;
  const entry = { action, entity: { type, id }, data: { code: error.code, detail: error.message, path } };
  await batch(context.db, [record(context, entry, 'refused')]);
}

function record(context: TenantContext, entry: AuditEntry, outcome: 'done' | 'refused'): Statement {
  const now = context.now();
  const { actor, requestId, traceId } = context;
  const id = newId('auditEvent', now);
  return insertAuditEvent(context.db, auditEvent(entry, outcome, { actor, id, now, requestId, traceId }));
}
