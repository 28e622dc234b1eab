import { idsFrom } from '../../kernel/ids.ts';
import { type Context, forActor } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import { guard, isGuardFailure } from '../../platform/db/guard.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import { TIMEOUT } from '../domain/execution.ts';
import { isUnended, listOverdue, updateUnended } from '../repo/executions.ts';
import { executionObject, limitsObject } from '../stub.ts';

/** Accepted so long ago, an execution has begun (ms); and ended, after the longest there is and its repairs. */
const BEGUN_MS = 60_000;
const ENDED_MS = TIMEOUT.most + 5 * 60_000;
const AT_ONCE = 100;

/**
 * Looks after executions whose object did not: it is told to go on. One that knows of nothing has lost its storage: then
 * the row says so.
 * @throws what went wrong first, once each had its turn: one's trouble is not the others'
 */
export async function sweepExecutions(context: Context): Promise<void> {
  const now = context.now();
  const before = { queued: idsFrom('execution', now - BEGUN_MS), running: idsFrom('execution', now - ENDED_MS) };
  const failures: unknown[] = [];
  for (const { tenantId, id } of await listOverdue(context.db, before, AT_ONCE)) {
    try {
      const knows = await executionObject(context, tenantId, id).accepted();
      if (!knows) await markLost(context, tenantId, id);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

async function markLost(context: Context, tenantId: string, id: string): Promise<void> {
  const system = forActor(context, { kind: 'system', id: 'footlight', tenantId });
  const { db, scope } = system;
  const now = context.now();
  const error = { code: 'lost', message: 'It was accepted, and lost before it began. Run it again.', retryable: true };
  try {
    await batch(db, [
      guard(db, isUnended(scope, id)),
      updateUnended(db, scope, id, { status: 'failed', error, lastSeq: 1, finishedAt: now }),
      keepEvent(system, 'execution.failed', { v: 1, executionId: id, status: 'failed', finishedAt: now } as { v: 1 }),
    ]);
  } catch (failure) {
    if (!isGuardFailure(failure)) throw failure;
  }
  await limitsObject(context, tenantId).release(id, 0);
}
