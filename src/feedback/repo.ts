import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { TenantScope } from '../kernel/actor.ts';
import type { Db, Statement } from '../platform/db/db.ts';
import { feedback, type FeedbackRow } from './table.ts';

export type { FeedbackRow } from './table.ts';

export const insertFeedback = (db: Db, row: FeedbackRow): Statement => db.insert(feedback).values(row);

/** A tenant's feedback, newest first. */
export async function listFeedback(
  db: Db,
  scope: TenantScope,
  query: {
    promptId: string | undefined;
    environment: string | undefined;
    executionId: string | undefined;
    variant: string | undefined;
    /** Those of an API key that is bound to some; null: any, and what is of none. */
    environments: readonly string[] | null;
    before: string | undefined;
    limit: number;
  },
): Promise<FeedbackRow[]> {
  const { promptId, environment, executionId, variant, environments, before, limit } = query;
  return db
    .select()
    .from(feedback)
    .where(
      and(
        eq(feedback.tenantId, scope.tenantId),
        promptId === undefined ? undefined : eq(feedback.promptId, promptId),
        environment === undefined ? undefined : eq(feedback.environment, environment),
        executionId === undefined ? undefined : eq(feedback.executionId, executionId),
        variant === undefined ? undefined : eq(feedback.variant, variant),
        environments === null
          ? undefined
          : inArray(feedback.environment, sql`(SELECT value FROM json_each(${JSON.stringify(environments)}))`),
        before === undefined ? undefined : lt(feedback.id, before),
      ),
    )
    .orderBy(desc(feedback.id))
    .limit(limit);
}
