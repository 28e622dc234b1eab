import { and, asc, eq, gt, lt, sql } from 'drizzle-orm';
import { batch, type Db, type Statement } from './db.ts';
import { messageFailures, outbox, processedMessages } from './table.ts';

/** Which message: of whom, and its own id. */
export interface MessageKey {
  readonly tenantId: string;
  readonly id: string;
}

export type OutboxRow = typeof outbox.$inferSelect;

/** Of all tenants: what was written before some id was given out, oldest first. */
export async function listOutbox(db: Db, page: { after: string; before: string; limit: number }): Promise<OutboxRow[]> {
  return db
    .select()
    .from(outbox)
    .where(and(gt(outbox.id, page.after), lt(outbox.id, page.before)))
    .orderBy(asc(outbox.id))
    .limit(page.limit);
}

export async function forgetOutbox(db: Db, keys: readonly MessageKey[]): Promise<void> {
  if (keys.length === 0) return;
  await db.delete(outbox).where(sql`(tenant_id, id) IN ${listOf(keys)}`);
}

/** Which of some messages had their effect on a consumer already: ids are unique across tenants. */
export async function findProcessed(db: Db, consumer: string, keys: readonly MessageKey[]): Promise<Set<string>> {
  const rows = await db
    .select({ id: processedMessages.id })
    .from(processedMessages)
    .where(sql`(tenant_id, consumer, id) IN ${listOf(keys, consumer)}`);
  return new Set(rows.map(({ id }) => id));
}

/** Says that messages have their effect in this batch. Where one had it before, the batch is undone. */
export const insertProcessed = (db: Db, consumer: string, keys: readonly MessageKey[], at: number): Statement =>
  db.run(sql`
    INSERT INTO processed_messages (tenant_id, consumer, id, at)
    SELECT value ->> 0, ${consumer}, value ->> 1, ${at} FROM json_each(${pairs(keys)})
  `);

export interface MessageFailure extends MessageKey {
  readonly code: string;
  readonly message: string;
  readonly attempts: number;
}

/** Keeps why messages could not be handled this time. */
export async function saveFailures(db: Db, failures: readonly MessageFailure[], at: number): Promise<void> {
  await db.run(sql`
    INSERT INTO message_failures (tenant_id, id, code, message, attempts, at)
    SELECT value ->> 'tenantId', value ->> 'id', value ->> 'code', value ->> 'message', value ->> 'attempts', ${at}
    FROM json_each(${JSON.stringify(failures)}) WHERE true
    ON CONFLICT (tenant_id, id) DO UPDATE SET
      code = excluded.code, message = excluded.message, attempts = excluded.attempts, at = excluded.at
  `);
}

/** Why a message could not be handled when it last came, where that could be kept. */
export async function findOptionalFailure(db: Db, { tenantId, id }: MessageKey): Promise<MessageFailure | null> {
  const [row] = await db
    .select()
    .from(messageFailures)
    .where(and(eq(messageFailures.tenantId, tenantId), eq(messageFailures.id, id)));
  return row ?? null;
}

export const deleteFailure = (db: Db, { tenantId, id }: MessageKey): Statement =>
  db.delete(messageFailures).where(and(eq(messageFailures.tenantId, tenantId), eq(messageFailures.id, id)));

/** Forgets a good number of what is older. @param before ms */
export async function sweepProcessed(db: Db, before: number, limit: number): Promise<void> {
  const old = (table: typeof processedMessages | typeof messageFailures) =>
    sql`rowid IN (SELECT rowid FROM ${table} WHERE at < ${before} LIMIT ${limit})`;
  await batch(db, [
    db.delete(processedMessages).where(old(processedMessages)),
    db.delete(messageFailures).where(old(messageFailures)),
  ]);
}

const pairs = (keys: readonly MessageKey[]): string => JSON.stringify(keys.map(({ tenantId, id }) => [tenantId, id]));

/** Keys as rows of values, whole in the order of an index. */
const listOf = (keys: readonly MessageKey[], consumer?: string) =>
  consumer === undefined
    ? sql`(SELECT value ->> 0, value ->> 1 FROM json_each(${pairs(keys)}))`
    : sql`(SELECT value ->> 0, ${consumer}, value ->> 1 FROM json_each(${pairs(keys)}))`;
