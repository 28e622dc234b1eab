import { describe, expect, it } from 'vitest';
import { AUDIT_ACTIONS } from '../../../src/kernel/audit-actions.ts';
import { AppError, ERROR_CODES, success, toFailure, unwrap } from '../../../src/kernel/errors.ts';

describe('the catalogue of errors', () => {
  it('has every code of the contract', () => {
    const contract = [
      'malformed_json',
      'validation_failed',
      'unauthenticated',
      'invalid_credentials',
      'token_reused',
      'forbidden',
      'self_approval_forbidden',
      'not_found',
      'not_deployed',
      'already_exists',
      'state_conflict',
      'version_locked',
      'idempotency_in_progress',
      'payload_too_large',
      'unsupported_media_type',
      'incompatible',
      'missing_variables',
      'idempotency_mismatch',
      'rate_limited',
    ];
    expect(ERROR_CODES).toEqual(expect.arrayContaining(contract));
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
  });

  it('comes through a Durable Object as a value', () => {
    const errors = [{ path: 'items[0]', message: 'is missing', code: 'missing' }];
    const failure = toFailure(new AppError('incompatible', 'They do not fit.', { errors }));
    const travelled = JSON.parse(JSON.stringify(failure)) as typeof failure;
    expect(() => unwrap(travelled)).toThrow(
      expect.objectContaining({ code: 'incompatible', message: 'They do not fit.', errors }),
    );
    expect(toFailure(new AppError('forbidden', 'No.'))).toEqual({ ok: false, code: 'forbidden', detail: 'No.' });
    expect(unwrap(success(7))).toBe(7);
  });

  it('keeps no surprise to itself', () => {
    const surprise = new TypeError('inside');
    expect(() => toFailure(surprise)).toThrow(surprise);
  });
});

describe('the vocabulary of the audit trail', () => {
  it('is {entity}.{verb}, deletions high, people and approvals medium', () => {
    for (const [action, risk] of Object.entries(AUDIT_ACTIONS)) {
      expect(action).toMatch(/^[a-z_]+\.[a-z_]+$/);
      if (action.endsWith('.delete') && action !== 'session.delete') expect(risk, action).toBe('high');
      if (/^(member|invitation|api_key)\.(create|update|accept)$/.test(action)) expect(risk, action).toBe('medium');
      if (/^deployment\.(approve|reject)$/.test(action)) expect(risk, action).toBe('medium');
      if (/break_glass/.test(action)) expect(risk).toBe('critical');
    }
  });
});
