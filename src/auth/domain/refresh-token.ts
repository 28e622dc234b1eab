import { idBody, idFromBody } from '../../kernel/ids.ts';

/** `flr_<tenant>_<secret>`: the tenant stands in it, so that the query for it starts there. */
export const formatRefreshToken = (tenantId: string, secret: string): string => `flr_${idBody(tenantId)}_${secret}`;

const TOKEN = /^flr_([0-9a-z]{26})_[A-Za-z0-9_-]{43}$/;

/** The tenant that a refresh token names, or null when it is none of ours. Proves nothing yet. */
export function tenantOfRefreshToken(token: string): string | null {
  const body = TOKEN.exec(token)?.[1];
  return body === undefined ? null : idFromBody('tenant', body);
}

/** A refresh token as it stands: who would go on in what, and what stands against it. */
export interface RefreshState {
  readonly userId: string;
  readonly sessionId: string;
  readonly expiresAt: number;
  readonly usedAt: number | null;
  readonly revokedAt: number | null;
  readonly revokedReason: 'logout' | 'token_reused' | null;
}

/**
 * What a token earns: `good` goes on; `reused` gives its session away as stolen; `stolen` belongs to a session that was
 * given away before; `over` is a plain end.
 */
export function judgeRefresh(state: RefreshState, now: number): 'good' | 'reused' | 'stolen' | 'over' {
  if (state.revokedAt !== null) return state.revokedReason === 'token_reused' ? 'stolen' : 'over';
  if (state.usedAt !== null) return 'reused';
  return state.expiresAt > now ? 'good' : 'over';
}
