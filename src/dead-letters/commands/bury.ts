import type { Context } from '../../platform/context.ts';
import { batch } from '../../platform/db/db.ts';
import { deleteFailure, findOptionalFailure } from '../../platform/db/messages.ts';
import type { DeadMessage } from '../domain.ts';
import { saveDeadLetter } from '../repo.ts';

/** Keeps a message that died, with why, for its tenant's admins. Again changes nothing but the time. */
export async function bury(context: Context, queue: string, message: DeadMessage): Promise<void> {
  const { db } = context;
  const { tenantId, id, type } = message;
  const failure = await findOptionalFailure(db, message);
  const error = failure === null ? null : { code: failure.code, message: failure.message };
  const attempts = failure?.attempts ?? null;
  const letter = { tenantId, id, queue, type, message, error, attempts, failedAt: context.now(), retriedAt: null };
  await batch(db, [saveDeadLetter(db, letter), deleteFailure(db, message)]);
}
