import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, encodeCursor } from '../../platform/pagination.ts';
import type { Trending } from '../domain/answers.ts';
import { HOUR_MS } from '../domain/buckets.ts';
import { lastDays, rangesOf } from '../domain/stretch.ts';
import { listTrends } from '../repo/subjects.ts';
import { findAbout } from './about.ts';

export interface TrendingQuery {
  days: number;
  environment?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/**
 * Prompts by what was done with them in the last days, beside the days before. Every page is of the same time.
 * @throws AppError not_found, forbidden
 */
export async function listTrending(context: TenantContext, query: TrendingQuery): Promise<Trending> {
  const { days, limit } = query;
  const { environment } = await findAbout(context, { environment: query.environment });
  const [hour, activity, promptId] =
    query.cursor === undefined ? [] : decodeCursor(query.cursor, ['number', 'number', 'string']);
  const { now, earlier } = lastDays(days, hour === undefined ? context.now() : hour * HOUR_MS);
  const found = await listTrends(context.db, context.scope, {
    environment,
    now: rangesOf(now),
    earlier: rangesOf(earlier),
    after: activity === undefined || promptId === undefined ? null : { activity, promptId },
    limit: limit + 1,
  });
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  const nextCursor = last === undefined ? null : encodeCursor([now.after, last.activity, last.promptId]);
  return { days, environment, stretch: now, rows, nextCursor };
}
