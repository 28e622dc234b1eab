import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { ExecutionRow } from '../repo/executions.ts';
import { executionObject } from '../stub.ts';
import { readExecution } from './find.ts';
import type { Accepted } from './links.ts';

/** How long a caller is kept waiting (ms). */
const PATIENCE_MS = 60_000;

/**
 * An execution once it has ended, with its whole output, whatever of it is stored.
 * @throws AppError still_running, with its links, after a minute
 */
export async function waitForEnd(
  context: TenantContext,
  { id, links }: Accepted,
  patienceMs = PATIENCE_MS,
): Promise<ExecutionRow> {
  const ended = await executionObject(context, context.scope.tenantId, id).ended(patienceMs);
  if (ended !== null) return { ...(await readExecution(context, id)), output: ended.output };
  throw new AppError(
    'still_running',
    `It is still running. Follow it at ${links.events}, or look again at ${links.self}.`,
    {
      links: { ...links },
    },
  );
}
