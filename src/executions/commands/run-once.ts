import type { JsonValue } from '../../kernel/canonical-json.ts';
import { AppError } from '../../kernel/errors.ts';
import type { ProviderMessage } from '../../models/public.ts';
import type { Pins } from '../../prompts/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isUniqueViolation } from '../../platform/db/guard.ts';
import { type ExecutionError, type ExecutionStatus, hasEnded } from '../domain/execution.ts';
import { DEFAULT_SETTINGS } from '../domain/settings.ts';
import { type MessagesWish, prepare, prepareMessages, type Prepared } from '../queries/prepare.ts';
import { readExecution } from '../queries/find.ts';
import { findOptionalExecution } from '../repo/executions.ts';
import { findOptionalSettings } from '../repo/settings.ts';
import { executionObject } from '../stub.ts';
import { accept, begin } from './execute.ts';

/** A version of a prompt as it was when somebody decided to run it. */
export interface PromptQuestion {
  kind: 'prompt';
  /** Name or id. */
  prompt: string;
  tag: string;
  /** Of the version, with its translations: what has changed since is not run. */
  contentHash: string;
  /** What it included then. */
  includes: Pins;
  locale?: string | undefined;
  variables: Record<string, JsonValue>;
  model: string;
  modelRevision: number;
}

/** Messages without a prompt, on behalf of something else that has a name and versions. */
export interface MessagesQuestion extends MessagesWish {
  kind: 'messages';
  subject: { id: string; name: string; tag: string; contentHash: string };
  messages: ProviderMessage[];
}

export interface Terms {
  metadata: Record<string, JsonValue>;
  /** How long its end is waited for (ms). */
  patienceMs: number;
  /** False: only what is on record already is waited for. */
  mayBegin: boolean;
}

/** What came of it. */
export interface RunEnd {
  status: 'completed' | 'failed' | 'cancelled';
  /** Whole; null where it is not kept any more, or never was. */
  output: string | null;
  error: ExecutionError | null;
  latencyMs: number | null;
  inputTokens: number | null;
  outputTokens: number | null;
  costMicros: number | null;
}

/**
 * Runs something under an id that the caller keeps, and waits for its end. However often it is called, also at once: what is on record
 * is waited for, not run again. Only the model that is named is asked, in that revision, and none of its fallbacks.
 * @returns null: it has not ended within `patienceMs`, or nobody knows what became of it: ask again later
 * @throws AppError what prepare throws, state_conflict when the version was changed, rate_limited, budget_exhausted
 */
export async function runOnce(
  context: TenantContext,
  id: string,
  question: PromptQuestion | MessagesQuestion,
  { metadata, patienceMs, mayBegin }: Terms,
): Promise<RunEnd | null> {
  const { db, scope } = context;
  const before = await findOptionalExecution(db, scope, id);
  const object = executionObject(context, scope.tenantId, id);
  if (before === null && !mayBegin) return null;
  if (before === null) await beginOnce(context, id, question, metadata);
  // Its object may have missed the beginning. One that knows of nothing is found by the sweep.
  else if (!hasEnded(before.status)) await object.accepted();
  const ended = await object.ended(patienceMs);
  const { status, output, ...row } = await readExecution(context, id);
  if (!isEnd(status)) return null;
  const { error, latencyMs, inputTokens, outputTokens, costMicros } = row;
  return {
    status,
    output: ended === null ? await wholeOnly(context, output) : (ended.output ?? ''),
    error,
    latencyMs,
    inputTokens,
    outputTokens,
    costMicros,
  };
}

const isEnd = (status: ExecutionStatus): status is RunEnd['status'] => hasEnded(status);

async function wholeOnly({ db, scope }: TenantContext, output: string | null): Promise<string | null> {
  const { storeOutputs } = (await findOptionalSettings(db, scope)) ?? DEFAULT_SETTINGS;
  return storeOutputs === 'whole' ? output : null;
}

/** Accepts and begins it, unless somebody else does so at this moment. */
async function beginOnce(
  context: TenantContext,
  id: string,
  question: PromptQuestion | MessagesQuestion,
  metadata: Record<string, JsonValue>,
): Promise<void> {
  const prepared = await preparedFor(context, question);
  const variables = question.kind === 'prompt' ? question.variables : {};
  try {
    await begin(context, await accept(context, prepared, { variables, metadata }, id));
  } catch (error) {
    if (!isUniqueViolation(error, 'executions.id')) throw error;
  }
}

async function preparedFor(context: TenantContext, question: PromptQuestion | MessagesQuestion): Promise<Prepared> {
  if (question.kind === 'messages') {
    const { subject, ...wish } = question;
    const nowhere = { locale: 'und', environment: null, variant: null, deploymentId: null };
    return alone(await prepareMessages(context, { ...subject, versionId: subject.id, ...nowhere }, wish));
  }
  const { prompt, contentHash, ...wish } = question;
  const prepared = alone(await prepare(context, prompt, wish, null));
  if (prepared.prompt.contentHash === contentHash) return prepared;
  throw new AppError('state_conflict', `The version ${wish.tag} of ${prepared.prompt.name} was changed meanwhile.`);
}

/** Without the models that would answer in the place of the first. */
const alone = ({ models: [first], ...prepared }: Prepared): Prepared => ({ ...prepared, models: [first] });
