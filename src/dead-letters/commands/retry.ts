import { commit } from '../../audit/public.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { send } from '../../platform/queue/send.ts';
import { findDeadLetter } from '../queries/find.ts';
import { type DeadLetter, markRetried } from '../repo.ts';

/**
 * Sends a dead letter's message again, as it was, and marks it then: a crash in between leaves it to be sent once more. Safe to
 * repeat, for a message has its effect once however often it comes.
 * @param present what the caller will be told, for a repetition
 * @throws AppError not_found, unavailable
 */
export async function retryDeadLetter<T>(
  context: TenantContext,
  id: string,
  present: (letter: DeadLetter) => T,
): Promise<T> {
  const letter = await findDeadLetter(context, id);
  const { message, queue, type, error } = letter;
  try {
    await send(context.env, [message]);
  } catch (cause) {
    throw new AppError('unavailable', 'The queue did not take the message. Try again.', { retryAfter: 5, cause });
  }
  const retriedAt = context.now();
  const answer = present({ ...letter, retriedAt });
  await commit(
    context,
    [markRetried(context.db, context.scope, letter, retriedAt)],
    {
      action: 'dead_letter.retry',
      entity: { type: 'dead_letter', id },
      data: { queue, type, code: error?.code ?? null },
    },
    { status: 200, body: answer },
  );
  return answer;
}
