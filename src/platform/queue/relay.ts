import { idsFrom } from '../../kernel/ids.ts';
import type { Context } from '../context.ts';
import { openDb, type Statement } from '../db/db.ts';
import { forgetOutbox, listOutbox, type MessageKey, type OutboxRow } from '../db/messages.ts';
import { describeError, log } from '../log/log.ts';
import { noOperations } from '../operations.ts';
import { keptBy } from './outbox.ts';
import { type Outgoing, send } from './send.ts';

/** So long after it was written, whoever wrote a message is not about to send it any more (ms). */
const LEFT_MS = 30_000;
/** What was sent waits for so long to be forgotten together with what others send (ms): each by itself costs D1 a write. */
const FORGET_MS = 100;
const PAGE = 100;
/** What one sweep sends at most; the next one is a minute later. */
const PAGES = 100;

/** Sent by this isolate, and yet to be forgotten. Should it end before, the sweep sends them again. */
const sent: MessageKey[] = [];

/**
 * Tells on what a batch has just kept, after the answer. A message is sent first and forgotten then: what a crash leaves in
 * between is sent again by the sweep, and whoever receives it twice does not mind.
 */
export function relayEvents(context: Context, statements: readonly Statement[]): void {
  const messages = statements.flatMap((statement) => keptBy(statement) ?? []);
  if (messages.length === 0) return;
  context.waitUntil(
    relayLater(context, messages).catch((error: unknown) => {
      log('info', 'warn', 'messages left to the sweep', { requestId: context.requestId, ...describeError(error) });
    }),
  );
}

async function relayLater({ env }: Context, messages: readonly Outgoing[]): Promise<void> {
  await send(env, messages);
  sent.push(...messages);
  await scheduler.wait(FORGET_MS);
  // Not among what a request is said to have cost: that was said before.
  await forgetOutbox(openDb(env.DB, noOperations()), sent.splice(0));
}

/**
 * Of all tenants: tells on what was left behind.
 * @throws what went wrong first, once every other message had its turn; at once where none of a page can be sent
 */
export async function sweepOutbox(context: Context): Promise<void> {
  const before = idsFrom('outboxEvent', context.now() - LEFT_MS);
  const failures: unknown[] = [];
  for (let after = '', page = 0; page < PAGES; page++) {
    const rows = await listOutbox(context.db, { after, before, limit: PAGE });
    // Written before there was anybody to tell, in shapes of that time.
    await forgetOutbox(
      context.db,
      rows.filter(({ v }) => v === 0),
    );
    const failed = await relayPage(context, rows.filter(({ v }) => v > 0).map(toMessage));
    failures.push(...failed);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE || failed.length === rows.length) break;
    after = last.id;
  }
  if (failures.length > 0) throw failures[0];
}

/** @returns what went wrong with messages that were sent one by one, for they could not be sent together */
async function relayPage(context: Context, messages: readonly Outgoing[]): Promise<unknown[]> {
  if (messages.length === 0) return [];
  try {
    await relay(context, messages);
    return [];
  } catch {
    const failures: unknown[] = [];
    for (const message of messages) await relay(context, [message]).catch((error: unknown) => failures.push(error));
    return failures;
  }
}

async function relay({ env, db }: Context, messages: readonly Outgoing[]): Promise<void> {
  await send(env, messages);
  await forgetOutbox(db, messages);
}

const toMessage = ({ v, id, tenantId, type, createdAt: at, body }: OutboxRow): Outgoing => ({
  v,
  id,
  tenantId,
  type,
  at,
  body: JSON.parse(body),
});
