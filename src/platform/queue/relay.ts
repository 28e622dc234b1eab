import { idsFrom } from '../../kernel/ids.ts';
import type { Context } from '../context.ts';
import { openDb, type Statement } from '../db/db.ts';
import { forgetOutbox, listOutbox, type OutboxRow } from '../db/messages.ts';
import { describeError, log } from '../log/log.ts';
import { noOperations } from '../operations.ts';
import { keptBy } from './outbox.ts';
import { type Outgoing, send } from './send.ts';

/** So long after it was written, whoever wrote a message is not about to send it any more (ms). */
const LEFT_MS = 30_000;
/** A message waits for so long to be sent and forgotten together with others (ms): each by itself costs D1 a write. */
const GATHER_MS = 100;
const PAGE = 100;
/** What one sweep sends at most; the next one is a minute later. */
const PAGES = 100;

/** Kept by this isolate, and yet to be sent. Should it end before, the sweep sends them. An isolate has one set of bindings. */
const gathered = new WeakMap<Env, Outgoing[]>();

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
  const waiting = gathered.get(env) ?? [];
  waiting.push(...messages);
  gathered.set(env, waiting);
  await scheduler.wait(GATHER_MS);
  // Unless somebody who began to wait before took them along.
  if (gathered.get(env) !== waiting) return;
  gathered.delete(env);
  // Not among what a request is said to have cost: that was said before.
  await relay({ env, db: openDb(env.DB, noOperations()) }, waiting);
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
  try {
    await relay(context, messages);
    return [];
  } catch {
    const failures: unknown[] = [];
    for (const message of messages) await relay(context, [message]).catch((error: unknown) => failures.push(error));
    return failures;
  }
}

async function relay({ env, db }: Pick<Context, 'env' | 'db'>, messages: readonly Outgoing[]): Promise<void> {
  if (messages.length === 0) return;
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
