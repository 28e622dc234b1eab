import type { TenantContext } from '../../platform/context.ts';
import { GENESIS, linkHash } from '../domain.ts';
import { readChain, readHead } from '../repo.ts';

const PAGE = 1000;

export interface Verification {
  valid: boolean;
  /** The last seq that the chain's head vouches for; 0 when nothing is sealed. */
  sealedThrough: number;
  /** Events that the sealer has yet to reach. */
  unsealed: number;
  /** The first link that does not hold. */
  firstInvalid?: number;
}

/** Recomputes the tenant's whole chain: every link in its place, and the head at its end. */
export async function verifyAuditChain(context: TenantContext): Promise<Verification> {
  const { head, unsealed } = await readHead(context.db, context.scope);
  const sealedThrough = head?.seq ?? 0;
  let seq = 0;
  let hash = GENESIS;
  while (seq < sealedThrough) {
    const events = await readChain(context.db, context.scope, seq, PAGE);
    for (const event of events) {
      if (event.seq === null || event.seq > sealedThrough) break;
      const expected = linkHash(event, seq + 1, hash);
      if (event.seq !== seq + 1 || event.previousHash !== hash || event.hash !== expected) {
        return { valid: false, sealedThrough, unsealed, firstInvalid: seq + 1 };
      }
      ({ seq, hash } = { seq: event.seq, hash: expected });
    }
    if (events.length < PAGE) break;
  }
  if (seq !== sealedThrough || (head !== null && head.hash !== hash)) {
    return { valid: false, sealedThrough, unsealed, firstInvalid: Math.min(seq + 1, sealedThrough) };
  }
  return { valid: true, sealedThrough, unsealed };
}
