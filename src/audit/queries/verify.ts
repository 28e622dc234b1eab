import type { TenantContext } from '../../platform/context.ts';
import { GENESIS, linkHash } from '../domain.ts';
import { type LinkedEvent, readChain, readHead } from '../repo.ts';

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

/** Recomputes the tenant's whole chain: every link in its place, the head at its end, and nothing behind it. */
export async function verifyAuditChain(context: TenantContext): Promise<Verification> {
  const { head, lastSeq, unsealed } = await readHead(context.db, context.scope);
  const sealedThrough = head?.seq ?? 0;
  let seq = 0;
  let hash = GENESIS;
  while (seq < sealedThrough) {
    // What the sealer adds meanwhile is not looked at: the head was read before it.
    const events = await readChain(context.db, context.scope, seq, Math.min(PAGE, sealedThrough - seq));
    for (const event of events) {
      const expected = hashOf(event, seq + 1, hash);
      if (expected === null || event.seq !== seq + 1 || event.previousHash !== hash || event.hash !== expected) {
        return { valid: false, sealedThrough, unsealed, firstInvalid: seq + 1 };
      }
      ({ seq, hash } = { seq: event.seq, hash: expected });
    }
    if (events.length === 0) break;
  }
  if (seq !== sealedThrough || (head !== null && head.hash !== hash)) {
    return { valid: false, sealedThrough, unsealed, firstInvalid: Math.max(1, Math.min(seq + 1, sealedThrough)) };
  }
  if (lastSeq > sealedThrough) return { valid: false, sealedThrough, unsealed, firstInvalid: sealedThrough + 1 };
  return { valid: true, sealedThrough, unsealed };
}

/** The hash that an event should have, or null when what it says can't even be read. */
function hashOf(event: LinkedEvent, seq: number, previousHash: string): string | null {
  try {
    return linkHash({ ...event, data: JSON.parse(event.data) as Record<string, unknown> }, seq, previousHash);
  } catch {
    return null;
  }
}
