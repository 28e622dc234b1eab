import type { Item } from '../../datasets/public.ts';
import { type Evaluator, type JudgeRule, judgeMessages, parseVerdict } from '../../evaluators/public.ts';
import type { MessagesQuestion } from '../../executions/public.ts';
import { contentHash } from '../../kernel/canonical-json.ts';
import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Given, ResultError } from '../domain/evaluation.ts';
import { giveJudge } from '../repo/results.ts';
import { again } from './again.ts';
import type { InHand } from './in-hand.ts';
import { errorOf, runToEnd } from './run-to-end.ts';

/** What there is to score. */
export interface Answered {
  item: Item;
  output: string;
  latencyMs: number | null;
  costMicros: number | null;
}

/**
 * Has a model judge an answer: an execution like any other, under an id that the result keeps. One that is not understood is
 * asked again, a few times.
 * @throws AppError what says nothing of this answer alone; RetryLater
 */
export async function judge(
  context: TenantContext,
  own: TenantContext,
  inHand: InHand,
  evaluator: Extract<Evaluator, JudgeRule>,
  { item, output }: Answered,
): Promise<{ given: Given; costMicros: number }> {
  const { evaluation, mayRun } = inHand;
  const executionId = await idOf(context, inHand, evaluator.id);
  const metadata = { evaluation: evaluation.id, item: item.id, evaluator: evaluator.name };
  const question = questionOf(inHand, evaluator, { item, output });
  const ran = await runToEnd(own, executionId, question, { metadata, mayRun });
  if (ran.end === null) return { given: unable(ran.error, executionId), costMicros: 0 };
  const { status, error } = ran.end;
  const costMicros = ran.end.costMicros ?? 0;
  if (status === 'failed' && error?.retryable === true) {
    await again(context, inHand, { why: error, judge: evaluator.id });
  }
  if (status !== 'completed') return { given: unable(errorOf(ran.end), executionId), costMicros };
  if (ran.end.output === null) return { given: unable(VERDICT_GONE, executionId), costMicros };
  const verdict = parseVerdict(evaluator.config, ran.end.output);
  if (verdict.ok) return { given: { ...verdict.score, executionId }, costMicros };
  const why = { code: 'judge_not_understood', message: verdict.problem };
  await again(context, inHand, { why, judge: evaluator.id, costMicros });
  return { given: unable(why, executionId), costMicros };
}

/** The execution that this judge has for this result: given now, unless it was before. */
async function idOf(context: TenantContext, { evaluation, result }: InHand, evaluatorId: string): Promise<string> {
  const known = result.judges?.[evaluatorId];
  if (known !== undefined) return known;
  const { db, scope } = context;
  const of = { evaluationId: evaluation.id, seq: result.seq };
  const judges = await giveJudge(db, scope, of, evaluatorId, newId('execution', context.now()));
  return judges[evaluatorId] ?? '';
}

function questionOf(
  { evaluation }: InHand,
  evaluator: Extract<Evaluator, JudgeRule>,
  { item, output }: Pick<Answered, 'item' | 'output'>,
): MessagesQuestion {
  const { id, name, revision, config } = evaluator;
  const messages = judgeMessages(config, { input: item.input, expected: item.expected, output });
  const frozen = evaluation.evaluators.find((each) => each.id === id);
  return {
    kind: 'messages',
    subject: { id, name: `evaluator:${name}`, tag: String(revision), contentHash: contentHash(config) },
    messages,
    model: config.model,
    modelRevision: frozen?.modelRevision ?? 0,
    parameters: config.parameters,
  };
}

const unable = (error: ResultError, executionId: string): Given => ({
  score: null,
  passed: null,
  detail: error.message,
  executionId,
  error,
});

const VERDICT_GONE: ResultError = {
  code: 'output_not_stored',
  message: 'The judge answered, but its answer is not stored whole, and was gone before it could be read.',
};
