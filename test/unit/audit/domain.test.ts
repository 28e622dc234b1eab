import { describe, expect, it } from 'vitest';
import { type AuditData, auditEvent } from '../../../src/audit/domain.ts';

const told = (data: AuditData) =>
  auditEvent({ action: 'tenant.update', entity: { type: 'tenant', id: 'ten_x' }, data }, 'done', {
    actor: { kind: 'system', id: 'test', tenantId: 'ten_x' },
    id: 'evt_x',
    now: 1,
    requestId: null,
    traceId: null,
  }).data;

describe('what an audit event tells', () => {
  it.each(['password', 'newPasswd', 'clientSecret', 'refreshToken', 'apiKey', 'api_key', 'Authorization', 'cookie'])(
    'is nothing of a %s',
    (name) => {
      expect(told({ [name]: 'hunter2', list: ['a'] })).toEqual({ [name]: '[redacted]', list: ['a'] });
    },
  );

  it('is no more than the beginning of a long text', () => {
    expect(told({ name: 'x'.repeat(501), size: 501 })).toEqual({ name: 'x'.repeat(500), size: 501 });
  });
});
