import { notFound } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { type DeadLetter, findOptionalDeadLetter } from '../repo.ts';

/** @throws AppError not_found */
export async function findDeadLetter(context: TenantContext, id: string): Promise<DeadLetter> {
  const letter = await findOptionalDeadLetter(context.db, context.scope, id);
  if (letter === null) throw notFound(`The dead letter ${id}`);
  return letter;
}
