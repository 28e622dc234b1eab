import { can } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { decodeCursor, type Page, toPage } from '../../platform/pagination.ts';
import { type AuditFilter, listAuditEvents } from '../repo.ts';
import type { StoredEvent } from '../repo.ts';

export interface AuditQuery extends Omit<AuditFilter, 'before'> {
  cursor?: string | undefined;
}

/** The tenant's events, newest first. Without `audit:read`, only one's own. */
export async function listEvents<T>(
  context: TenantContext,
  query: AuditQuery,
  present: (event: StoredEvent) => T,
): Promise<Page<T>> {
  const { cursor, limit, ...filter } = query;
  if (!can(context.actor, 'audit:read')) {
    if (filter.actor !== undefined && filter.actor !== context.actor.id) {
      throw new AppError('forbidden', 'Seeing the audit events of others needs the permission audit:read.');
    }
    filter.actor = context.actor.id;
  }
  return pageOfEvents(context, { ...filter, limit, cursor }, present);
}

/** The events of one entity, for those who may see the entity. */
export async function listEntityEvents<T>(
  context: TenantContext,
  query: { entity: string; limit: number; cursor?: string | undefined },
  present: (event: StoredEvent) => T,
): Promise<Page<T>> {
  return pageOfEvents(context, query, present);
}

async function pageOfEvents<T>(
  context: TenantContext,
  query: AuditQuery,
  present: (event: StoredEvent) => T,
): Promise<Page<T>> {
  const { cursor, limit, ...filter } = query;
  const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
  const rows = await listAuditEvents(context.db, context.scope, { ...filter, before, limit: limit + 1 });
  return toPage(rows, limit, ({ id }) => [id], present);
}
