import { findOptionalEntry } from '../../content/public.ts';
import { notFound } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import type { ExecutionStatus } from '../domain/execution.ts';
import { type ListedExecution, listExecutions } from '../repo/executions.ts';

export interface ExecutionQuery {
  prompt?: string | undefined;
  environment?: string | undefined;
  status?: ExecutionStatus | undefined;
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Executions, newest first; for an API key that is bound to environments, those in these. @throws AppError not_found */
export async function listPage<T>(
  context: TenantContext,
  query: ExecutionQuery,
  present: (row: ListedExecution) => T,
): Promise<Page<T>> {
  const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, ['string']);
  const { actor, db, scope } = context;
  const rows = await listExecutions(db, scope, {
    promptId: query.prompt === undefined ? undefined : await promptIdOf(context, query.prompt),
    environment: query.environment,
    environments: actor.kind === 'api_key' ? actor.environments : null,
    status: query.status,
    from: query.from === undefined ? undefined : Date.parse(query.from),
    to: query.to === undefined ? undefined : Date.parse(query.to),
    before,
    limit: query.limit + 1,
  });
  return toPage(rows, query.limit, ({ id }) => [id], present);
}

/** Of a deleted prompt the id still finds its executions. */
async function promptIdOf({ db, scope }: TenantContext, nameOrId: string): Promise<string> {
  if (isId('prompt', nameOrId)) return nameOrId;
  const entry = await findOptionalEntry(db, scope, 'prompt', nameOrId);
  if (entry === null) throw notFound(`The prompt "${nameOrId}"`);
  return entry.id;
}
