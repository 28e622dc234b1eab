import type { Context } from '../platform/context.ts';
import type { Outcome } from '../kernel/errors.ts';
import type { News, Permission } from './domain/breaker.ts';
import type { AdmitCall, Admission, LimitsUse, Start } from './domain/calls.ts';
import type { CancelCall } from './domain/job.ts';

/** An execution's object, as this room calls it. */
export interface ExecutionStub {
  /** @returns whether it writes its row itself: an object of an older version says nothing, and does not */
  start(start: Start): Promise<boolean | undefined>;
  /** @returns false: nothing was started */
  accepted(): Promise<boolean>;
  /** Writes its row, unless it is there. @returns false: nothing was started */
  entered(): Promise<boolean>;
  /** @returns false: nothing was started */
  withdraw(): Promise<boolean>;
  ended(ms: number): Promise<{ output: string | null } | null>;
  cancel(call: CancelCall): Promise<Outcome<null>>;
  fetch(request: Request): Promise<Response>;
}

/** A tenant's limits, as this room calls them. */
export interface LimitsStub {
  admit(call: AdmitCall): Promise<Admission>;
  warned(now: number): Promise<void>;
  settle(executionId: string, costMicros: number, answered: string | null, now: number): Promise<void>;
  release(executionId: string, costMicros: number): Promise<void>;
  permit(key: string, executionId: string, now: number): Promise<Permission>;
  report(key: string, news: News, executionId: string, now: number): Promise<void>;
  use(now: number): Promise<LimitsUse>;
}

type Asking = Pick<Context, 'env' | 'operations'>;

/** The tenant's id is in the name, so that no id of another tenant can reach it. */
export function executionObject({ env, operations }: Asking, tenantId: string, executionId: string): ExecutionStub {
  operations.do++;
  // Env's generated types do not know the classes' methods: this is where they are told.
  return env.EXECUTIONS.getByName(`${tenantId}:${executionId}`);
}

export function limitsObject({ env, operations }: Asking, tenantId: string): LimitsStub {
  operations.do++;
  return env.LIMITS.getByName(tenantId);
}
