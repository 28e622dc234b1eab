import { commit } from '../../audit/public.ts';
import { chooseFor, findActiveBundle } from '../../deployments/public.ts';
import { assertMayEnter } from '../../environments/public.ts';
import { findExecution, findStoring, storedText } from '../../executions/public.ts';
import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { keepEvent } from '../../platform/queue/outbox.ts';
import type { About } from '../domain.ts';
import { type FeedbackRow, insertFeedback } from '../repo.ts';

export interface CreateFeedback {
  about: About;
  /** 0 to 1. */
  score: number;
  comment: string | null;
}

type Told = Pick<FeedbackRow, 'executionId' | 'promptId' | 'prompt' | 'environment' | 'tag' | 'versionId' | 'variant'>;

/**
 * Keeps how good somebody found an answer. Which variant it was is on an execution's record; for a subject it is what is
 * chosen for it now, as the edge does.
 * @param present the answer, kept under an Idempotency-Key
 * @throws AppError not_found, not_deployed, forbidden
 */
export async function createFeedback<T>(
  context: TenantContext,
  { about, score, comment }: CreateFeedback,
  present: (row: FeedbackRow) => T,
): Promise<T> {
  const { tenantId } = context.scope;
  const [told, storing] = await Promise.all([
    'executionId' in about ? ofExecution(context, about.executionId) : ofSubject(context, about),
    comment === null ? null : findStoring(context),
  ]);
  const createdAt = context.now();
  const row: FeedbackRow = {
    tenantId,
    id: newId('feedback', createdAt),
    ...told,
    score,
    comment: comment === null || storing === null ? null : storedText(storing.storeInputs, comment),
    createdBy: context.actor.id,
    createdAt,
  };
  const { id, executionId, promptId, prompt, environment, tag, variant, createdBy } = row;
  const event = { feedbackId: id, promptId, prompt, environment, tag, variant, score, executionId, createdBy };
  const answer = present(row);
  await commit(
    context,
    [insertFeedback(context.db, row), keepEvent(context, 'feedback.created', event)],
    {
      action: 'feedback.create',
      entity: { type: 'feedback', id },
      data: { prompt, environment, variant, executionId },
    },
    { status: 201, body: answer },
  );
  return answer;
}

async function ofExecution(context: TenantContext, id: string): Promise<Told> {
  const row = await findExecution(context, id);
  const { promptId, prompt, environment, tag, versionId, variant } = row;
  return { executionId: id, promptId, prompt, environment, tag, versionId, variant };
}

async function ofSubject(
  context: TenantContext,
  { subject, prompt, environment }: Extract<About, { subject: string }>,
): Promise<Told> {
  assertMayEnter(context, environment);
  const { served, variant } = chooseFor(await findActiveBundle(context, environment, prompt), subject);
  const { promptId, name, tag, versionId } = served;
  return { executionId: null, promptId, prompt: name, environment, tag, versionId, variant };
}
