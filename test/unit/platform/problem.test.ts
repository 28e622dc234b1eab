import { describe, expect, it } from 'vitest';
import { AppError, ERROR_CODES, type ErrorCode } from '../../../src/kernel/errors.ts';
import { ConfigError } from '../../../src/platform/config.ts';
import { problemResponse } from '../../../src/platform/http/problem.ts';

/** The contract's statuses. */
const STATUSES: Record<ErrorCode, number> = {
  malformed_json: 400,
  validation_failed: 400,
  unauthenticated: 401,
  invalid_credentials: 401,
  token_reused: 401,
  budget_exhausted: 402,
  forbidden: 403,
  self_approval_forbidden: 403,
  not_found: 404,
  not_deployed: 404,
  method_not_allowed: 405,
  already_exists: 409,
  state_conflict: 409,
  version_locked: 409,
  idempotency_in_progress: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  incompatible: 422,
  missing_variables: 422,
  idempotency_mismatch: 422,
  upgrade_required: 426,
  rate_limited: 429,
  internal_error: 500,
  unavailable: 503,
  still_running: 504,
};

const request = { requestId: 'req_1', instance: '/v1/x' };

describe('a problem', () => {
  it.each([...ERROR_CODES])('of the code %s has the contract’s status', async (code) => {
    const response = problemResponse(new AppError(code, 'What is wrong.'), request);
    expect(response.status).toBe(STATUSES[code]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toEqual({
      type: `urn:footlight:problem:${code}`,
      title: expect.any(String),
      status: STATUSES[code],
      code,
      detail: 'What is wrong.',
      ...request,
    });
  });

  it('says in whole seconds when to try again, never too early', () => {
    const wait = (retryAfter: number) =>
      problemResponse(new AppError('rate_limited', 'Wait.', { retryAfter }), request).headers.get('retry-after');
    expect([wait(0.2), wait(1), wait(29.01)]).toEqual(['1', '1', '30']);
    expect(problemResponse(new AppError('rate_limited', 'Wait.'), request).headers.get('retry-after')).toBeNull();
  });

  it('keeps what was not expected to itself', async () => {
    for (const thrown of [
      new Error('SELECT secret'),
      new TypeError('secret'),
      'secret',
      { secret: 1 },
      null,
      undefined,
    ]) {
      const response = problemResponse(thrown, request);
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain('ecret');
    }
  });

  it('names a setting that will not do, not what is wrong with it', async () => {
    const response = problemResponse(new ConfigError('AUTH_PEPPER', 'is not base64url: secret'), request);
    expect(response.status).toBe(503);
    const text = await response.text();
    expect(text).toContain('AUTH_PEPPER');
    expect(text).not.toContain('ecret');
  });
});
