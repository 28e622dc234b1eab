import { unwrap } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { findExecution, readExecution } from '../queries/find.ts';
import type { ExecutionRow } from '../repo/executions.ts';
import { executionObject } from '../stub.ts';

/** Ends an execution before its time, and its request to the provider with it. @throws AppError not_found, state_conflict */
export async function cancelExecution(context: TenantContext, id: string): Promise<ExecutionRow> {
  await findExecution(context, id);
  const { actor, requestId, traceId } = context;
  unwrap(await executionObject(context, context.scope.tenantId, id).cancel({ actor, requestId, traceId }));
  return readExecution(context, id);
}
