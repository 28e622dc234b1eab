import type { Item } from '../../datasets/public.ts';
import { type Evaluator, score } from '../../evaluators/public.ts';
import type { PromptQuestion } from '../../executions/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { describeError, log } from '../../platform/log/log.ts';
import type { Given, ResultError } from '../domain/evaluation.ts';
import { loadMaterial } from '../queries/material.ts';
import type { ResultChange } from '../repo/results.ts';
import { again } from './again.ts';
import type { InHand } from './in-hand.ts';
import { type Answered, judge } from './judge.ts';
import { errorOf, runToEnd } from './run-to-end.ts';

type Written = 'given' | 'latencyMs' | 'inputTokens' | 'outputTokens' | 'costMicros' | 'error';

/** What came of an item: all that is written down of it. */
export type Outcome = Required<Pick<ResultChange, Written>> & {
  status: 'completed' | 'failed';
  judgeCostMicros: number;
};

/**
 * Runs the item, unless it was run, and has its answer scored.
 * @param own in the name of whoever it runs for
 * @throws AppError what says nothing of this item alone; RetryLater
 */
export async function observe(context: TenantContext, own: TenantContext, inHand: InHand): Promise<Outcome> {
  const { evaluation, result, mayRun } = inHand;
  const { item, evaluators } = await loadMaterial(context, evaluation, result.itemId);
  if (item === null) return failed(inHand, { code: 'not_found', message: 'The dataset’s item is not there.' });
  const metadata = { evaluation: evaluation.id, item: item.id };
  const ran = await runToEnd(own, result.executionId ?? '', questionOf(inHand, item), { metadata, mayRun });
  if (ran.end === null) return failed(inHand, ran.error);
  const { status, output, error, latencyMs, inputTokens, outputTokens, costMicros } = ran.end;
  if (status === 'failed' && error?.retryable === true) await again(context, inHand, { why: error });
  const used = { latencyMs, inputTokens, outputTokens, costMicros };
  if (status !== 'completed') return { ...failed(inHand, errorOf(ran.end)), ...used };
  if (output === null) return { ...failed(inHand, OUTPUT_GONE), ...used };
  const answered: Answered = { item, output, latencyMs, costMicros };
  const scored = await Promise.allSettled(
    evaluators.map((evaluator) => scoreBy(evaluator, { context, own, inHand, answered })),
  );
  // All of them are waited for: what one has begun is on record when the message comes again.
  const given = scored.map((each) => {
    if (each.status === 'rejected') throw each.reason;
    return each.value;
  });
  const judgeCostMicros = given.reduce((sum, each) => sum + each.costMicros, result.judgeCostMicros);
  const nothing = given.find((each) => each.given.error !== undefined)?.given.error ?? null;
  return {
    status: nothing === null ? 'completed' : 'failed',
    given: given.map((each) => each.given),
    ...used,
    error: nothing,
    judgeCostMicros,
  };
}

function questionOf({ evaluation, pass }: InHand, { input }: Item): PromptQuestion {
  return {
    kind: 'prompt',
    prompt: evaluation.promptId,
    tag: pass.tag,
    contentHash: pass.contentHash,
    includes: pass.includes ?? {},
    locale: evaluation.locale ?? undefined,
    variables: input,
    model: pass.model,
    modelRevision: pass.modelRevision,
  };
}

async function scoreBy(
  evaluator: Evaluator,
  {
    context,
    own,
    inHand,
    answered,
  }: { context: TenantContext; own: TenantContext; inHand: InHand; answered: Answered },
): Promise<{ given: Given; costMicros: number }> {
  if (evaluator.type === 'llm_judge') return judge(context, own, inHand, evaluator, answered);
  const { item, output, latencyMs, costMicros } = answered;
  try {
    return { given: score(evaluator, { output, expected: item.expected, latencyMs, costMicros }), costMicros: 0 };
  } catch (error) {
    // The next time it would throw again: the rest of the evaluation shall not hang on it.
    const fields = { requestId: context.requestId, evaluator: evaluator.id, ...describeError(error) };
    log(context.config.logLevel, 'error', 'an evaluator failed', fields);
    return { given: { score: null, passed: null, detail: BROKEN.message, error: BROKEN }, costMicros: 0 };
  }
}

const BROKEN: ResultError = { code: 'internal_error', message: 'Scoring it failed here.' };

const OUTPUT_GONE: ResultError = {
  code: 'output_not_stored',
  message: 'It was answered, but its answer is not stored whole, and was gone before it could be scored.',
};

const failed = ({ result }: InHand, error: ResultError): Outcome => ({
  status: 'failed',
  given: null,
  latencyMs: null,
  inputTokens: null,
  outputTokens: null,
  costMicros: null,
  error,
  judgeCostMicros: result.judgeCostMicros,
});
