import type { Context } from '../../platform/context.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { GENESIS, linkHash } from '../domain.ts';
import { appendLinks, listTenantsToSeal, readUnsealed } from '../repo.ts';

const TENANTS_A_PAGE = 100;
const EVENTS_A_BATCH = 500;

/**
 * Chains what was audited since the last time, tenant by tenant. Runs every minute; may run twice at once.
 * @throws what went wrong first, once every tenant had its turn: one's trouble is not the others'
 */
export async function sealAuditEvents(context: Context): Promise<{ sealed: number }> {
  let sealed = 0;
  const failures: unknown[] = [];
  for (let after = ''; ;) {
    const tenants = await listTenantsToSeal(context.db, after, TENANTS_A_PAGE);
    for (const tenantId of tenants) {
      try {
        sealed += await sealTenant(context, tenantId);
      } catch (error) {
        failures.push(error);
      }
    }
    const last = tenants.at(-1);
    if (last === undefined || tenants.length < TENANTS_A_PAGE) break;
    after = last;
  }
  if (failures.length > 0) throw failures[0];
  return { sealed };
}

async function sealTenant(context: Context, tenantId: string): Promise<number> {
  const scope = { tenantId };
  let sealed = 0;
  for (;;) {
    const { head, events } = await readUnsealed(context.db, scope, EVENTS_A_BATCH);
    let { seq, hash } = head ?? { seq: 0, hash: GENESIS };
    const links = events.map((event) => {
      const link = { id: event.id, seq: seq + 1, previousHash: hash, hash: linkHash(event, seq + 1, hash) };
      ({ seq, hash } = link);
      return link;
    });
    try {
      await appendLinks(context.db, scope, head, links);
    } catch (error) {
      // Another sealer was faster: it sealed these.
      if (isGuardFailure(error)) return sealed;
      throw error;
    }
    sealed += links.length;
    if (events.length < EVENTS_A_BATCH) return sealed;
  }
}
