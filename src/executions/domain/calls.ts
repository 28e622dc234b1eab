import type { SealedCredential } from '../../models/public.ts';
import type { Circuit } from './breaker.ts';
import type { Entry, Job } from './job.ts';
import type { Limits } from './limits.ts';

/** Asks a tenant's limits for a place. */
export interface AdmitCall {
  readonly executionId: string;
  readonly now: number;
  readonly limits: Limits;
  /** What it may cost, in micro-USD. */
  readonly reservedMicros: number;
  /** Until when it is over, whatever becomes of it (ms). */
  readonly until: number;
  /** The circuit of the model that is asked first; null: none is. */
  readonly circuit: string | null;
}

export type Admission =
  | {
      readonly admitted: true;
      /** The budget has just been seen to be four fifths used: whoever tells of it says so with `warned`. */
      readonly warn: boolean;
      readonly usedShare: number | null;
      /** Whether the circuit lets the first model be asked: then nobody need ask again. */
      readonly permitted: boolean;
      /** Whether it is the circuit's probe. */
      readonly probes: boolean;
      /** It had a place already. */
      readonly again: boolean;
    }
  | {
      readonly admitted: false;
      readonly code: 'rate_limited';
      readonly reason: 'concurrent' | 'minute';
      readonly retryAfterMs: number;
    }
  | { readonly admitted: false; readonly code: 'budget_exhausted' };

/** What a tenant has used in a month, and what is running. */
export interface LimitsUse {
  readonly month: string;
  readonly running: number;
  readonly executions: number;
  /** Micro-USD, without what is held back. */
  readonly costMicros: number;
  readonly reservedMicros: number;
  readonly circuits: Record<string, Circuit>;
}

/** Of an answer with events: that its object writes its row itself. */
export const OWN_ROW = 'x-footlight-own-row';

/** What an execution starts with. */
export interface Start {
  readonly job: Job;
  /**
   * What its object writes its row with; null: whoever let it in writes the row, before anybody is answered; missing: so
   * does a Worker of an older version.
   */
  readonly entry?: Entry | null;
  /** The first model's provider's; null: there is none, or it needs none. */
  readonly credential: SealedCredential | null;
  /** Whether the circuit has let its first model be asked already. */
  readonly permitted: boolean;
  /** Whether it is that circuit's probe. */
  readonly probes: boolean;
}

/** How somebody looks at an execution's log: given to its object with the request. */
export interface View {
  readonly tenantId: string;
  readonly executionId: string;
  /** The last event that was seen: what is newer comes. */
  readonly since: number;
  /** A ticket that lets in once. */
  readonly ticket: { readonly nonce: string; readonly expiresAt: number } | null;
}
