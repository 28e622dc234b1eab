import { type AuditEntry, commit } from '../../audit/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { isUniqueViolation } from '../../platform/db/guard.ts';
import { log } from '../../platform/log/log.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import type { Entry, Job, Progress } from '../domain/job.ts';
import type { Accepted } from '../queries/links.ts';
import { type ExecutionRow, insertExecution } from '../repo/executions.ts';
import { limitsObject } from '../stub.ts';
import { runningAs } from './mark-running.ts';

/** What writes the row of an execution that was let in. */
export interface Entering {
  statements: Statement[];
  /** Whoever let it in did something. */
  deed: AuditEntry;
  /** To be called once it is written. */
  written: () => void;
}

/** @param now what is known of it beside that */
export function entering(context: TenantContext, job: Job, entry: Entry, now: Partial<ExecutionRow>): Entering {
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
    ...now,
  };
  const { prompt, tag, environment, personId } = origin;
  const data = { prompt, tag, environment, model: `${name}@${revision}` };
  const statements = [insertExecution(context.db, row)];
  if (warn !== null) statements.push(keepEvent(context, 'budget.warning', { usedShare: warn }));
  return {
    statements,
    deed: {
      action: 'execution.create',
      entity: { type: 'execution', id },
      actor: { kind: actorKind, id: job.actorId },
      data: actorKind === 'api_key' ? { person: personId, ...data } : data,
    },
    written: () => {
      if (warn === null) return;
      log(context.config.logLevel, 'warn', 'budget nearly used', { tenant: tenantId, usedShare: warn });
      context.waitUntil(limitsObject(context, tenantId).warned(context.now()));
    },
  };
}

/**
 * Writes the row of an execution that was let in, with its audit event, before anybody is answered.
 * @param answer what its caller will be told: a repetition is told the same
 * @throws a unique violation where the id was used
 */
export async function enter(context: TenantContext, job: Job, entry: Entry, answer: Accepted): Promise<void> {
  const { statements, deed, written } = entering(context, job, entry, {});
  await commit(context, statements, deed, { status: 202, body: answer });
  written();
}

/** The same by its object, of one that runs. It may not know whether it has done so before. */
export async function enterOnce(context: TenantContext, job: Job, entry: Entry, progress: Progress): Promise<void> {
  const now = { status: 'running', ...runningAs(job, progress) } as const;
  const { statements, deed, written } = entering(context, job, entry, now);
  try {
    await commit(context, statements, deed);
    written();
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
