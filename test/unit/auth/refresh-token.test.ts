import { describe, expect, it } from 'vitest';
import {
  formatRefreshToken,
  judgeRefresh,
  type RefreshState,
  tenantOfRefreshToken,
} from '../../../src/auth/domain/refresh-token.ts';
import { newId } from '../../../src/kernel/ids.ts';

const secret = 'x'.repeat(43);
const fresh: RefreshState = {
  userId: 'usr',
  sessionId: 'ses',
  expiresAt: 100,
  usedAt: null,
  revokedAt: null,
  revokedReason: null,
};

describe('refresh tokens', () => {
  it('name their tenant', () => {
    const tenantId = newId('tenant', 1);
    expect(tenantOfRefreshToken(formatRefreshToken(tenantId, secret))).toBe(tenantId);
    for (const text of ['', 'flr_x_y', `fl_${'0'.repeat(26)}_${secret}`, `flr_${'u'.repeat(26)}_${secret}`]) {
      expect(tenantOfRefreshToken(text)).toBeNull();
    }
  });

  it('are judged by their use, then their session, then their age', () => {
    expect(judgeRefresh(fresh, 99)).toBe('good');
    expect(judgeRefresh(fresh, 100)).toBe('over');
    expect(judgeRefresh({ ...fresh, usedAt: 1 }, 99)).toBe('reused');
    expect(judgeRefresh({ ...fresh, usedAt: 1 }, 1000)).toBe('reused');
    expect(judgeRefresh({ ...fresh, revokedAt: 1, revokedReason: 'logout' }, 99)).toBe('over');
    expect(judgeRefresh({ ...fresh, usedAt: 1, revokedAt: 1, revokedReason: 'logout' }, 99)).toBe('over');
    expect(judgeRefresh({ ...fresh, revokedAt: 1, revokedReason: 'token_reused' }, 99)).toBe('stolen');
  });
});
