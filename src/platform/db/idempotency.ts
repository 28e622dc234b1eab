import { and, eq, isNull, lt, sql } from 'drizzle-orm';
import { AppError } from '../../kernel/errors.ts';
import type { IdempotencyClaim, TenantContext } from '../context.ts';
import { seal, unseal } from '../crypto.ts';
import { idempotencyKeys } from './table.ts';
import { batch, type Db, type Statement } from './db.ts';

/** How long a claim without an answer keeps others out: longer than any request runs. */
const LEASE_MS = 60_000;
const KEPT_MS = 24 * 60 * 60 * 1000;

interface Claim extends IdempotencyClaim {
  /** What was answered before, or null: the caller is the first. */
  readonly answer: { status: number; body: unknown } | null;
  /** Whether the answer was recorded in the batch of the effect. */
  readonly completed: boolean;
}

/** @throws AppError idempotency_mismatch, idempotency_in_progress */
export async function claimIdempotencyKey(context: TenantContext, key: string, requestHash: string): Promise<Claim> {
  const now = context.now();
  const lease = { requestHash, leaseUntil: now + LEASE_MS, expiresAt: now + KEPT_MS };
  const { tenantId } = context.scope;
  // Whoever gets a row back from the upsert holds the key: a new one, one past its day, or a lease that ran out.
  const [claimed, [row]] = await context.db.batch([
    context.db
      .insert(idempotencyKeys)
      .values({ tenantId, actorId: context.actor.id, key, ...lease })
      .onConflictDoUpdate({
        target: [idempotencyKeys.tenantId, idempotencyKeys.actorId, idempotencyKeys.key],
        set: { ...lease, status: null, answer: null },
        setWhere: sql`expires_at <= ${now}
          OR (status IS NULL AND lease_until <= ${now} AND request_hash = excluded.request_hash)`,
      })
      .returning({ key: idempotencyKeys.key }),
    context.db.select().from(idempotencyKeys).where(matching(context, key)),
  ]);
  if (claimed.length > 0) return newClaim(context, key);
  if (row === undefined) throw new Error('an idempotency key was neither made nor found');
  if (row.requestHash !== requestHash) {
    throw new AppError('idempotency_mismatch', 'This Idempotency-Key was used with another request. Use a new one.');
  }
  if (row.status !== null && row.answer !== null) {
    const body: unknown = JSON.parse(await unseal(context.config, purpose(context, key), row.answer));
    return { ...newClaim(context, key), answer: { status: row.status, body } };
  }
  throw new AppError('idempotency_in_progress', 'The first request with this Idempotency-Key is still running.', {
    retryAfter: Math.max(1, (row.leaseUntil - now) / 1000),
  });
}

function newClaim(context: TenantContext, key: string): Claim {
  let completed = false;
  return {
    answer: null,
    get completed() {
      return completed;
    },
    complete: async (status, body) => {
      completed = true;
      return saving(context, key, status, body);
    },
  };
}

async function saving(
  context: TenantContext,
  key: string,
  status: number,
  body: unknown,
): Promise<{ statement: Statement }> {
  const answer = await seal(context.config, purpose(context, key), JSON.stringify(body));
  return { statement: context.db.update(idempotencyKeys).set({ status, answer }).where(matching(context, key)) };
}

/** Keeps the answer to a write that is safe to repeat by nature. */
export async function saveIdempotentAnswer(
  context: TenantContext,
  key: string,
  status: number,
  body: unknown,
): Promise<void> {
  const { statement } = await saving(context, key, status, body);
  await batch(context.db, [statement]);
}

/** Gives a key back after an error: nothing happened, so the next try may. What is answered stays answered. */
export async function releaseIdempotencyKey(context: TenantContext, key: string): Promise<void> {
  await context.db.delete(idempotencyKeys).where(and(matching(context, key), isNull(idempotencyKeys.status)));
}

/** Forgets what is past its day. */
export const sweepIdempotencyKeys = (db: Db, now: number): Statement =>
  db.delete(idempotencyKeys).where(lt(idempotencyKeys.expiresAt, now));

const purpose = (context: TenantContext, key: string): string => `idempotency\n${context.scope.tenantId}\n${key}`;

const matching = (context: TenantContext, key: string) =>
  and(
    eq(idempotencyKeys.tenantId, context.scope.tenantId),
    eq(idempotencyKeys.actorId, context.actor.id),
    eq(idempotencyKeys.key, key),
  );
