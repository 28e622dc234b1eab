import { AppError } from '../../kernel/errors.ts';
import { derive, type TenantContext } from '../../platform/context.ts';
import { RetryLater } from '../../platform/queue/consume.ts';
import type { TaskBodies } from '../../platform/queue/events.ts';
import { consequenceOf } from '../domain/consequence.ts';
import { findOptionalRunner } from '../queries/runner.ts';
import type { Evaluation } from '../repo/evaluations.ts';
import { type InHand, takeInHand } from './in-hand.ts';
import { observe } from './observe.ts';
import { passOn } from './pass-on.ts';
import { pause } from './pause.ts';
import { record } from './record.ts';

/**
 * Runs one item in one pass, has it scored, writes down what came of it, once, and sends for the next. Delivered again, or to two at
 * once, it finds the execution on record and waits for it. A crash leaves nothing undone that the same message does not do:
 * it is acknowledged when the next one is sent.
 * @throws RetryLater where it is too early: the tenant's limits are reached, it is still running, or failed and may do better
 */
export async function runItem(context: TenantContext, task: TaskBodies['evaluation.item']): Promise<void> {
  const inHand = await takeInHand(context, task);
  if (inHand === null) return;
  const { evaluation, result } = inHand;
  if (result.status === 'queued') {
    try {
      await record(context, inHand, await observe(context, await inName(context, inHand), inHand));
    } catch (error) {
      await bear(context, evaluation, error);
      return;
    }
  }
  await passOn(context, task, evaluation.width);
}

/** The context of whoever it runs for, with what they may do now. @throws AppError forbidden */
async function inName(context: TenantContext, { evaluation, mayRun }: InHand): Promise<TenantContext> {
  // Looking at what was begun is nobody's deed.
  if (!mayRun) return context;
  const actor = await findOptionalRunner(context, evaluation);
  if (actor !== null) return derive(context, { actor });
  throw new AppError(
    'forbidden',
    `${evaluation.runnerId}, for whom it runs, may not run evaluations any more. Whoever resumes it, it runs for them.`,
  );
}

/** What an error means for the evaluation: it stands still, the item is tried again later, or the queue has it back. */
async function bear(context: TenantContext, evaluation: Evaluation, error: unknown): Promise<void> {
  if (!(error instanceof AppError)) throw error;
  const consequence = consequenceOf(error, evaluation.width, Math.random());
  if (consequence.kind === 'later') throw new RetryLater(consequence.seconds, error);
  if (consequence.kind !== 'pause') throw error;
  await pause(context, evaluation, { code: error.code, message: error.message });
}
