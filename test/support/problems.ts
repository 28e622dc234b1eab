import { expect } from 'vitest';
import { SECURITY_HEADERS } from '../../src/platform/http/pipeline.ts';
import type { Answer } from './client.ts';

/** An answer that explains itself as every error must. @param hint said when it does not */
export function expectProblem(answer: Answer, status: number, code: string, hint = ''): void {
  const { headers, body } = answer;
  expect({ status: answer.status, code: body.code }, `${hint} ${JSON.stringify(body)}`).toEqual({ status, code });
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(
    Object.keys(body)
      .filter((key) => key !== 'errors')
      .toSorted(),
  ).toEqual(['code', 'detail', 'instance', 'requestId', 'status', 'title', 'type']);
  expect(body).toMatchObject({ type: `urn:footlight:problem:${code}`, status, requestId: headers.get('x-request-id') });
  expect(body.detail).not.toBe('');
  for (const item of body.errors ?? [])
    expect(item).toMatchObject({ path: expect.any(String), message: expect.any(String), code: expect.any(String) });
  expect(headers.get('cache-control')).toBe('no-store');
  if (status === 401) expect(headers.get('www-authenticate')).toMatch(/^Bearer/);
  expectSafeHeaders(headers);
}

/** What every answer carries, whatever it says. */
export function expectSafeHeaders(headers: Headers): void {
  expect(headers.get('x-request-id')).toMatch(/^[A-Za-z0-9._:-]{1,128}$/);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(headers.get(name), name).toBe(value);
  expect(headers.get('x-powered-by')).toBeNull();
}
