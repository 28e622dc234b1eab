import { commit } from '../../audit/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isUniqueViolation } from '../../platform/db/guard.ts';
import { log } from '../../platform/log/log.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import type { Entry, Job } from '../domain/job.ts';
import type { Accepted } from '../queries/links.ts';
import { type ExecutionRow, insertExecution } from '../repo/executions.ts';
import { limitsObject } from '../stub.ts';

/**
 * Writes the row of an execution that was let in, with its audit event.
 * @param answer what its caller will be told, where a repetition should be told the same
 * @throws a unique violation where the id was used
 */
export async function enter(context: TenantContext, job: Job, entry: Entry, answer?: Accepted): Promise<void> {
  const { tenantId, executionId: id } = job;
  const { actorKind, warn, origin } = entry;
  const [{ name, revision, provider, model }] = job.models;
  const row: ExecutionRow = {
    ...origin,
    ...NOTHING_YET,
    tenantId,
    id,
    contentHash: entry.contentHash,
    locale: entry.locale,
    deploymentId: entry.deploymentId,
    modelName: name,
    modelRevision: revision,
    provider,
    model,
    cached: job.cached !== null,
    variables: entry.variables,
    metadata: entry.metadata,
    createdAt: job.createdAt,
  };
  const { prompt, tag, environment, personId } = origin;
  const data = { prompt, tag, environment, model: `${name}@${revision}` };
  if (warn !== null) log(context.config.logLevel, 'warn', 'budget nearly used', { tenant: tenantId, usedShare: warn });
  await commit(
    context,
    [
      insertExecution(context.db, row),
      ...(warn === null ? [] : [keepEvent(context, 'budget.warning', { usedShare: warn })]),
    ],
    {
      action: 'execution.create',
      entity: { type: 'execution', id },
      actor: { kind: actorKind, id: job.actorId },
      data: actorKind === 'api_key' ? { person: personId, ...data } : data,
    },
    answer === undefined ? undefined : { status: 202, body: answer },
  );
  if (warn !== null) context.waitUntil(limitsObject(context, tenantId).warned(context.now()));
}

/** The same by its object, which may not know whether it has done so before. */
export async function enterOnce(context: TenantContext, job: Job, entry: Entry): Promise<void> {
  try {
    await enter(context, job, entry);
  } catch (error) {
    if (!isUniqueViolation(error, 'executions.id')) throw error;
  }
}

const NOTHING_YET = {
  status: 'queued',
  attempt: 0,
  output: null,
  outputKey: null,
  toolCalls: null,
  finishReason: null,
  error: null,
  inputTokens: null,
  outputTokens: null,
  costMicros: null,
  latencyMs: null,
  timeToFirstTokenMs: null,
  lastSeq: null,
  startedAt: null,
  finishedAt: null,
} as const satisfies Partial<ExecutionRow>;
