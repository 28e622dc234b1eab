import { commit } from '../../audit/public.ts';
import { idsFrom } from '../../kernel/ids.ts';
import { type Context, forActor } from '../../platform/context.ts';
import { guard, isGuardFailure } from '../../platform/db/guard.ts';
import { TIMEOUT } from '../domain/execution.ts';
import { findOptionalExecution, isUnended, listOverdue, updateUnended } from '../repo/executions.ts';
import { executionObject, limitsObject } from '../stub.ts';
import { keepEnding } from './keep-ending.ts';

/** Accepted so long ago, an execution has begun (ms); and ended, after the longest there is and its repairs. */
const BEGUN_MS = 60_000;
const ENDED_MS = TIMEOUT.most + 5 * 60_000;
const PAGE = 100;
/** So many are looked after in one go. */
const MOST = 1_000;

/**
 * Looks after executions whose object did not: it is told to go on. One that knows of nothing has lost its storage: then
 * the row says so. Page by page: those that cannot be helped are there the next time too, and keep no others waiting.
 * @throws what went wrong first, once each had its turn: one's trouble is not the others'
 */
export async function sweepExecutions(context: Context): Promise<void> {
  const now = context.now();
  const before = { queued: idsFrom('execution', now - BEGUN_MS), running: idsFrom('execution', now - ENDED_MS) };
  const failures: unknown[] = [];
  let page = await listOverdue(context.db, before, '', PAGE);
  for (let seen = 0; page.length > 0 && seen < MOST; seen += PAGE) {
    for (const { tenantId, id } of page) {
      try {
        const knows = await executionObject(context, tenantId, id).accepted();
        if (!knows) await markLost(context, tenantId, id);
      } catch (error) {
        failures.push(error);
      }
    }
    const last = page.length < PAGE ? undefined : page.at(-1);
    page = last === undefined ? [] : await listOverdue(context.db, before, last.id, PAGE);
  }
  if (failures.length > 0) throw failures[0];
}

async function markLost(context: Context, tenantId: string, id: string): Promise<void> {
  const system = forActor(context, { kind: 'system', id: 'footlight', tenantId });
  const { db, scope } = system;
  const now = context.now();
  const error = { code: 'lost', message: 'It was accepted, and lost before it began. Run it again.', retryable: true };
  const ending = { status: 'failed', error, finishedAt: now } as const;
  const row = await findOptionalExecution(db, scope, id);
  try {
    await commit(
      system,
      [
        guard(db, isUnended(scope, id)),
        updateUnended(db, scope, id, { ...ending, lastSeq: 1 }),
        ...(row === null ? [] : [keepEnding(system, row, { ...row, ...ending })]),
      ],
      [],
    );
  } catch (failure) {
    if (!isGuardFailure(failure)) throw failure;
  }
  await limitsObject(context, tenantId).release(id, 0);
}
