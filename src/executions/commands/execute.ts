import { personOf } from '../../kernel/actor.ts';
import { contentHash, type JsonValue } from '../../kernel/canonical-json.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { describeError, log } from '../../platform/log/log.ts';
import { RETRIES, TIMEOUT } from '../domain/execution.ts';
import { limited, reservationFor } from '../domain/estimate.ts';
import { OWN_ROW, type Start, type View } from '../domain/calls.ts';
import { circuitOf } from '../domain/circuit.ts';
import type { CachedAnswer, Entry, Job, Origin } from '../domain/job.ts';
import { storedJson } from '../domain/storing.ts';
import { readAnswer } from '../queries/answers.ts';
import { type Accepted, acceptedAs } from '../queries/links.ts';
import type { Foreseen } from '../queries/foresee.ts';
import { prepare, type Prepared, type Wish } from '../queries/prepare.ts';
import { askForEvents } from '../queries/streams.ts';
import { executionObject, type ExecutionStub, limitsObject } from '../stub.ts';
import { enter } from './enter.ts';
import { takeSpare } from './spare.ts';

export interface ExecuteInput extends Wish {
  metadata?: Record<string, JsonValue> | undefined;
  cache?: boolean | undefined;
  retries?: number | undefined;
  restartable?: boolean | undefined;
  timeoutMs?: number | undefined;
}

/** After its deadline an execution's place is given back, whatever has become of it (ms). */
const GRACE_MS = 5 * 60_000;

/**
 * Lets an execution in: checked, with a place in the limits. `begin` or `follow` starts its object, which keeps it, and
 * only then is anybody answered. docs/decisions/0007-executions.md says what a crash leaves behind.
 * @throws AppError rate_limited, budget_exhausted, and what prepare throws
 */
export async function execute(
  context: TenantContext,
  nameOrId: string,
  input: ExecuteInput,
  foreseen: Foreseen | null = null,
): Promise<Execution> {
  return accept(context, await prepare(context, nameOrId, input, foreseen), input);
}

/**
 * The same for what is prepared.
 * @param givenId an id that the caller keeps: it can then be tried again without being run twice
 * @throws AppError rate_limited, budget_exhausted; a unique violation where the id was used
 */
export async function accept(
  context: TenantContext,
  given: Prepared,
  input: ExecuteInput,
  givenId?: string,
): Promise<Execution> {
  const prepared = payable(given);
  const cacheKey = cacheKeyFor(context, prepared, input);
  const cached = cacheKey === null ? null : await readAnswer(context, cacheKey);
  const job = draw(context, prepared, input, { cacheKey, cached, givenId });
  const { permitted, probes, warn, again } = await admit(context, prepared, job);
  const entry = entryOf(context, prepared, input, { origin: job.origin, warn });
  // A repetition must find what it repeats.
  const isFirst = givenId !== undefined || context.idempotency !== undefined;
  return {
    start: { job, entry: isFirst ? null : entry, credential: prepared.credential, permitted, probes },
    again,
    enter: (answer) => enter(context, job, entry, answer),
  };
}

/** What a budget in money pays for has an end. Without one nothing is limited that its maker did not limit. */
const payable = (prepared: Prepared): Prepared =>
  prepared.settings.monthlyCostMicros === null
    ? prepared
    : { ...prepared, models: limited(prepared.models, prepared.messages) };

/** An execution that was let in. */
export interface Execution {
  start: Start;
  /** It had a place in the limits already: somebody else's, who perhaps runs in it. */
  again: boolean;
  /** Writes it to D1 before anybody is answered, where its object does not do so by itself. */
  enter: (answer: Accepted) => Promise<void>;
}

/** Sets an execution going. */
export async function begin(context: TenantContext, execution: Execution): Promise<Accepted> {
  const { start } = execution;
  const { tenantId, executionId } = start.job;
  const object = executionObject(context, tenantId, executionId);
  const accepted = acceptedAs(context, executionId);
  let writesItself: boolean;
  try {
    writesItself = (await object.start(start)) === true;
    if (!writesItself) await execution.enter(accepted);
  } catch (error) {
    context.waitUntil(withdraw(context, object, execution));
    throw error;
  }
  if (!writesItself) confirm(context, object);
  return accepted;
}

/** Sets an execution going, and answers with its events. */
export async function follow(context: TenantContext, execution: Execution): Promise<Response> {
  const { start } = execution;
  const { tenantId, executionId } = start.job;
  const object = executionObject(context, tenantId, executionId);
  const view: View = { tenantId, executionId, since: 0, ticket: null };
  let response: Response | undefined;
  let writesItself: boolean;
  try {
    response = await askForEvents(object, view, { method: 'POST', body: JSON.stringify(start) });
    writesItself = response.headers.get(OWN_ROW) === 'true';
    if (!writesItself) await execution.enter(acceptedAs(context, executionId));
  } catch (error) {
    context.waitUntil(Promise.all([withdraw(context, object, execution), response?.body?.cancel()]));
    throw error;
  }
  if (!writesItself) confirm(context, object);
  return response;
}

/** A turn later: the answer leaves first. Should it not be heard, the object looks for its row by itself. */
function confirm(context: TenantContext, object: ExecutionStub): void {
  const said = new Promise((resolve) => setTimeout(resolve)).then(() => object.accepted());
  context.waitUntil(said.catch(() => undefined));
}

/** What was started looks after its place itself. Should this fail, the place is free when its time is over. */
async function withdraw(context: TenantContext, object: ExecutionStub, { start, again }: Execution): Promise<void> {
  const { tenantId, executionId } = start.job;
  try {
    if ((await object.withdraw()) || again) return;
    await limitsObject(context, tenantId).release(executionId, 0);
  } catch (error) {
    log(context.config.logLevel, 'warn', 'an execution could not be withdrawn', describeError(error));
  }
}

/** Where the answer to a deterministic run is kept; null: it was not asked for, or outputs are not to be stored. */
function cacheKeyFor(context: TenantContext, prepared: Prepared, { cache }: ExecuteInput): string | null {
  if (cache !== true) return null;
  const [{ revisionId, baseUrl, parameters }] = prepared.models;
  if (parameters.temperature !== 0) {
    throw new AppError('validation_failed', 'Only what is asked with temperature 0 can be answered from the cache.', {
      errors: [{ path: 'parameters.temperature', message: 'must be 0 where cache is true', code: 'not_deterministic' }],
    });
  }
  if (prepared.settings.storeOutputs !== 'whole') return null;
  const { versionId, contentHash: hash, locale } = prepared.prompt;
  // Whose credential it is asked with may say where it is asked.
  const askedAt = baseUrl ?? prepared.credential?.baseUrl ?? null;
  const of = { versionId, hash, locale, messages: prepared.messages, revisionId, askedAt, parameters };
  return `answer:${context.scope.tenantId}:${contentHash(of)}`;
}

function draw(
  context: TenantContext,
  { prompt, messages, models, settings }: Prepared,
  { retries, restartable, timeoutMs }: ExecuteInput,
  { cacheKey, cached, givenId }: { cacheKey: string | null; cached: CachedAnswer | null; givenId: string | undefined },
): Job & { origin: Origin } {
  const createdAt = context.now();
  return {
    tenantId: context.scope.tenantId,
    executionId: givenId ?? takeSpare(context, createdAt) ?? newId('execution', createdAt),
    actorId: context.actor.id,
    requestId: context.requestId,
    traceId: context.traceId,
    messages,
    models,
    retries: retries ?? RETRIES.usual,
    restartable: restartable ?? false,
    createdAt,
    deadlineAt: createdAt + (timeoutMs ?? TIMEOUT.usual),
    cached,
    cacheKey,
    storeOutputs: settings.storeOutputs,
    reservedMicros: cached === null ? reservationFor(models, messages) : 0,
    origin: {
      promptId: prompt.id,
      prompt: prompt.name,
      tag: prompt.tag,
      versionId: prompt.versionId,
      environment: prompt.environment,
      variant: prompt.variant,
      createdBy: context.actor.id,
      personId: personOf(context.actor),
    },
  };
}

function entryOf(
  context: TenantContext,
  { prompt, settings }: Prepared,
  input: ExecuteInput,
  more: Pick<Entry, 'origin' | 'warn'>,
): Entry {
  return {
    ...more,
    actorKind: context.actor.kind,
    contentHash: prompt.contentHash,
    locale: prompt.locale,
    deploymentId: prompt.deploymentId,
    variables: storedJson(settings.storeInputs, input.variables),
    metadata: storedJson(settings.storeInputs, input.metadata ?? null),
  };
}

/** @returns `warn`: how much of the budget is used, where somebody must be told */
async function admit(
  context: TenantContext,
  { models, settings }: Prepared,
  job: Job,
): Promise<{ warn: number | null; permitted: boolean; probes: boolean; again: boolean }> {
  const unpriced = models.find(({ prices }) => prices === null);
  if (settings.monthlyCostMicros !== null && unpriced !== undefined && job.cached === null) {
    throw new AppError(
      'state_conflict',
      `There is a budget in money, and the price of the model ${unpriced.name} is unknown. Give it \`prices\` (0 if it costs nothing).`,
    );
  }
  const admission = await limitsObject(context, job.tenantId).admit({
    executionId: job.executionId,
    now: job.createdAt,
    limits: settings,
    reservedMicros: job.reservedMicros,
    until: job.deadlineAt + GRACE_MS,
    circuit: job.cached === null ? circuitOf(job.models[0]) : null,
  });
  if (admission.admitted) {
    const { warn, usedShare, permitted, probes, again } = admission;
    return { warn: warn ? usedShare : null, permitted, probes, again };
  }
  if (admission.code === 'budget_exhausted') {
    throw new AppError(
      'budget_exhausted',
      'This month’s budget for executions is used up, or what this one may cost is more than is left of it. An admin can raise it: PATCH /v1/execution-settings.',
    );
  }
  const retryAfter = admission.retryAfterMs / 1000;
  const detail =
    admission.reason === 'concurrent'
      ? `${settings.concurrentExecutions} executions are running, as many as may at once. Wait for one to end.`
      : `${settings.executionsPerMinute} executions a minute are allowed. Try again in ${Math.ceil(retryAfter)} s.`;
  throw new AppError('rate_limited', detail, { retryAfter });
}
