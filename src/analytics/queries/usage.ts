import { can } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, encodeCursor } from '../../platform/pagination.ts';
import type { SubjectSum, Usage } from '../domain/answers.ts';
import { type Dimension, KIND_OF, NAMES_NEED } from '../domain/dimensions.ts';
import { rangesOf, type Stretch, stretchOf } from '../domain/stretch.ts';
import { listSums, type SumCursor } from '../repo/subjects.ts';
import { findAbout } from './about.ts';

export interface UsageQuery {
  by: Dimension;
  environment?: string | undefined;
  /** ISO 8601. */
  from?: string | undefined;
  to?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/**
 * Who or what used how much over some time, from dear to cheap. Every page is of the time that the first one was of.
 * @throws AppError validation_failed, not_found, forbidden
 */
export async function listUsage(context: TenantContext, query: UsageQuery): Promise<Usage> {
  const { by, limit } = query;
  if (query.environment !== undefined && by !== 'prompt') {
    const message = 'goes with by=prompt alone: other numbers are kept for all environments together';
    throw new AppError('validation_failed', `query.environment: ${message}.`, {
      errors: [{ path: 'query.environment', message, code: 'invalid' }],
    });
  }
  const { environment } = await findAbout(context, query);
  const page = query.cursor === undefined ? null : pageFrom(query.cursor);
  const to = query.to === undefined ? context.now() : Date.parse(query.to);
  const from = query.from === undefined ? undefined : Date.parse(query.from);
  const kind = environment === null ? KIND_OF[by] : 'environment_prompt';
  const stretch = page?.stretch ?? stretchOf(kind, from, to, context.now());
  const found = await listSums(context.db, context.scope, {
    kind,
    environment,
    ranges: rangesOf(stretch),
    after: page?.after ?? null,
    limit: limit + 1,
  });
  const rows = found.slice(0, limit).map((row) => withoutNames(context, by, row));
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { by, environment, stretch, rows, nextCursor: last === undefined ? null : cursorAt(stretch, last) };
}

/** Names are for those who may see what they name. */
function withoutNames({ actor }: TenantContext, by: Dimension, row: SubjectSum): SubjectSum {
  const needed = NAMES_NEED[by];
  return needed === undefined || can(actor, needed) ? row : { ...row, name: null };
}

const cursorAt = ({ first, after }: Stretch, { counts, subject }: SubjectSum): string =>
  encodeCursor([first, after, counts.costMicros, counts.executions, counts.fetches, subject]);

function pageFrom(cursor: string): { stretch: Stretch; after: SumCursor } {
  const parts = decodeCursor(cursor, ['number', 'number', 'number', 'number', 'number', 'string']);
  const [first, after, costMicros, executions, fetches, subject] = parts;
  return { stretch: { first, after }, after: { costMicros, executions, fetches, subject } };
}
