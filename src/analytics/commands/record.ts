import type { Context } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import type { EventMessage } from '../../platform/queue/events.ts';
import { fold, foldDays } from '../domain/fold.ts';
import { factOfEvent, factOfUse, isGathered, usesOf } from '../events.ts';
import { addUses, insertEvents } from '../repo/log.ts';
import { addRollups } from '../repo/rollups.ts';

/**
 * What events change: the log that they are kept in, and the numbers of every subject they are of. The statements only add, so
 * that events may come late, in any order, and in batches of any size. That each comes once is whoever runs them to see to.
 */
export function recordEvents(context: Context, messages: readonly EventMessage[]): Statement[] {
  const { db } = context;
  return [...Map.groupBy(messages, ({ tenantId }) => tenantId)].flatMap(([tenantId, own]) => {
    const scope = { tenantId };
    const uses = usesOf(own.filter(isGathered));
    const others = own.filter((message) => !isGathered(message));
    const hours = fold([...uses.map(factOfUse), ...others.map(factOfEvent)]);
    return [
      ...insertEvents(
        db,
        scope,
        others.map(({ id, type, at, body }) => ({ id, type, at, body: JSON.stringify(body) })),
      ),
      ...addUses(db, scope, uses),
      ...addRollups(db, scope, [...hours, ...foldDays(hours)]),
    ];
  });
}
