import { mayEnter } from '../../kernel/actor.ts';
import { notFound } from '../../kernel/errors.ts';
import { idsFrom, isId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { LOG_KEPT_MS } from '../domain/execution.ts';
import { type ExecutionRow, findOptionalExecution } from '../repo/executions.ts';
import { executionObject } from '../stub.ts';

/** @throws AppError not_found, also for an API key that is bound to other environments */
export async function findExecution(context: TenantContext, id: string): Promise<ExecutionRow> {
  const { actor } = context;
  const row = isId('execution', id) ? await findWritten(context, id) : null;
  const isBound = actor.kind === 'api_key' && actor.environments !== null;
  if (row === null || (isBound && (row.environment === null || !mayEnter(actor, row.environment)))) {
    throw notFound(`The execution ${id}`);
  }
  return row;
}

/** A row that its object was about to write is there once it was asked for. */
async function findWritten(context: TenantContext, id: string): Promise<ExecutionRow | null> {
  const { db, scope } = context;
  const row = await findOptionalExecution(db, scope, id);
  if (row !== null || id < idsFrom('execution', context.now() - LOG_KEPT_MS)) return row;
  const isWritten = await executionObject(context, scope.tenantId, id).entered();
  return isWritten ? findOptionalExecution(db, scope, id) : null;
}

/** An execution with its output, wherever that is kept. */
export async function readExecution(context: TenantContext, id: string): Promise<ExecutionRow> {
  return withOutput(context, await findExecution(context, id));
}

/** The same for its object, which would wait for itself if it were asked to write a row that is missing. @throws AppError not_found */
export async function readOwnExecution(context: TenantContext, id: string): Promise<ExecutionRow> {
  const row = await findOptionalExecution(context.db, context.scope, id);
  if (row === null) throw notFound(`The execution ${id}`);
  return withOutput(context, row);
}

const withOutput = async (context: TenantContext, row: ExecutionRow): Promise<ExecutionRow> =>
  row.outputKey === null ? row : { ...row, output: await readOutput(context, row.outputKey) };

async function readOutput(context: TenantContext, key: string): Promise<string | null> {
  const object = await context.env.OUTPUTS.get(key);
  return object === null ? null : object.text();
}

/** Whether an execution has its row. */
export async function isAccepted({ db, scope }: TenantContext, id: string): Promise<boolean> {
  return (await findOptionalExecution(db, scope, id)) !== null;
}
