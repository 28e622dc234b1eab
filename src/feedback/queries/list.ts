import { findOptionalEntry } from '../../content/public.ts';
import { notFound } from '../../kernel/errors.ts';
import { isId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import { type FeedbackRow, listFeedback } from '../repo.ts';

export interface FeedbackQuery {
  prompt?: string | undefined;
  environment?: string | undefined;
  execution?: string | undefined;
  variant?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Feedback, newest first; for an API key that is bound to environments, that of these. @throws AppError not_found */
export async function listPage<T>(
  context: TenantContext,
  query: FeedbackQuery,
  present: (row: FeedbackRow) => T,
): Promise<Page<T>> {
  const [before] = query.cursor === undefined ? [] : decodeCursor(query.cursor, ['string']);
  const { actor, db, scope } = context;
  const rows = await listFeedback(db, scope, {
    promptId: query.prompt === undefined ? undefined : await promptIdOf(context, query.prompt),
    environment: query.environment,
    executionId: query.execution,
    variant: query.variant,
    environments: actor.kind === 'api_key' ? actor.environments : null,
    before,
    limit: query.limit + 1,
  });
  return toPage(rows, query.limit, ({ id }) => [id], present);
}

/** Of a deleted prompt the id still finds its feedback. */
async function promptIdOf({ db, scope }: TenantContext, nameOrId: string): Promise<string> {
  if (isId('prompt', nameOrId)) return nameOrId;
  const entry = await findOptionalEntry(db, scope, 'prompt', nameOrId);
  if (entry === null) throw notFound(`The prompt "${nameOrId}"`);
  return entry.id;
}
