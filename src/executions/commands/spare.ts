import { newId } from '../../kernel/ids.ts';
import { Lru } from '../../kernel/lru.ts';
import type { TenantContext } from '../../platform/context.ts';
import { executionObject } from '../stub.ts';

/**
 * So long an object that was made ready is good for (ms). Its execution's id says when it was drawn, and lists go by
 * that: none should be much older than what it runs.
 */
const FRESH_MS = 1_000;
/** It is made so long behind an answer (ms), whose first words are on their way by then. */
const BEHIND_MS = 10;

interface Runner {
  /** When it last ran something (ms). */
  ranAt: number;
  spare: { id: string; at: number } | null;
}

/** The tenants that run something in this isolate. */
const runners = new Lru<Runner>(1_000, 1_000);

/**
 * Makes an object ready for what a tenant will run next, if it runs often: a new one has to be found a place in the world,
 * and to open its disk, and the first words would wait for that. One that nobody takes has kept nothing.
 */
export function makeSpare(context: TenantContext): void {
  const { tenantId } = context.scope;
  const now = context.now();
  const runner = runners.get(tenantId) ?? { ranAt: Number.NEGATIVE_INFINITY, spare: null };
  const isOften = Math.abs(now - runner.ranAt) < FRESH_MS;
  runner.ranAt = now;
  runners.set(tenantId, runner, 1);
  if (!isOften || isGood(runner.spare, now)) return;
  const id = newId('execution', now);
  runner.spare = { id, at: now };
  const object = executionObject(context, tenantId, id);
  const made = scheduler.wait(BEHIND_MS).then(() => object.fetch(new Request('https://object/')));
  // The run that takes it will find it as it is.
  context.waitUntil(made.catch(() => undefined));
}

/** @returns the id of the execution whose object was made ready; null: there is none */
export function takeSpare({ scope }: TenantContext, now: number): string | null {
  const runner = runners.get(scope.tenantId);
  if (runner === undefined) return null;
  const { spare } = runner;
  runner.spare = null;
  return isGood(spare, now) ? spare.id : null;
}

const isGood = (spare: Runner['spare'], now: number): spare is NonNullable<Runner['spare']> =>
  spare !== null && Math.abs(now - spare.at) < FRESH_MS;
