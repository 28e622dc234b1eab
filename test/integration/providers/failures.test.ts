import { describe, expect, it, vi } from 'vitest';
import type { ProviderError, Question } from '../../../src/models/providers/port.ts';
import { withoutSecrets } from '../../../src/models/providers/secrets.ts';
import { eventually } from '../../support/eventually.ts';
import { secret } from '../../support/secrets.ts';
import {
  book,
  failure,
  hear,
  KEY,
  type Protocol,
  PROTOCOLS,
  question,
  upstream,
} from '../../support/upstream/question.ts';
import { TEXT } from '../../support/upstream/wire.mjs';

/** All that could be logged or shown of an error. */
function everything(error: unknown): string {
  const seen: string[] = [];
  for (let each = error; each instanceof Error; each = each.cause)
    seen.push(each.message, each.stack ?? '', String(each), JSON.stringify(each, Object.getOwnPropertyNames(each)));
  return seen.join('\n');
}

async function fails(provider: Protocol, scenario: string, of: Partial<Question> = {}): Promise<ProviderError> {
  const error = await failure(question({ provider, baseUrl: upstream(scenario, provider).baseUrl, ...of }));
  expect(everything(error)).not.toContain(KEY);
  expect(everything(error)).not.toContain(KEY.slice(8));
  return error;
}

describe.each(PROTOCOLS)('%s', (provider) => {
  it('is not logged, what a provider sends', async () => {
    // First of all: the SDKs keep the console's methods of the first time.
    const said = (['error', 'warn', 'log', 'info', 'debug'] as const).map((level) => vi.spyOn(console, level));
    await fails(provider, 'malformed');
    await fails(provider, 'refused');
    for (const spy of said) expect(spy).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it.each([
    ['cut', 'stream_interrupted', true],
    ['early-end', 'stream_interrupted', true],
    ['malformed', 'malformed_response', true],
    ['nonsense', 'malformed_response', true],
    ['error-event', 'provider_unavailable', true],
    ['error-event-rate_limit_error', 'rate_limited', true],
    ['error-event-invalid_request_error', 'invalid_request', false],
    ['error-event-authentication_error', 'authentication_failed', false],
    ['error-event-content_filter', 'content_refused', false],
    ['error-event-strange', 'provider_error', true],
    ['error-event-constructor', 'provider_error', true],
  ])('a stream that goes wrong: %s', async (scenario, code, retryable) => {
    expect(await fails(provider, scenario)).toMatchObject({ code, retryable, status: null });
  });

  it.each([
    [400, 'invalid_request', false],
    [401, 'authentication_failed', false],
    [402, 'provider_error', false],
    [403, 'authentication_failed', false],
    [404, 'model_not_found', false],
    [405, 'provider_error', false],
    [408, 'timeout', true],
    [409, 'provider_error', true],
    [413, 'invalid_request', false],
    [422, 'invalid_request', false],
    [429, 'rate_limited', true],
    [500, 'provider_unavailable', true],
    [502, 'provider_unavailable', true],
    [503, 'provider_unavailable', true],
    [504, 'provider_unavailable', true],
    [529, 'provider_unavailable', true],
  ])('an answer of %i is %s', async (status, code, retryable) => {
    const error = await fails(provider, `status-${status}`);
    expect(error).toMatchObject({ code, retryable, status, retryAfterMs: null, message: `Failed with ${status}.` });
  });

  it('asks once: others retry', async () => {
    const { id, baseUrl } = upstream('flaky', provider);
    expect(await failure(question({ provider, baseUrl }))).toMatchObject({ code: 'provider_unavailable' });
    expect((await book(id)).requests).toBe(1);
    expect((await hear(question({ provider, baseUrl }))).text).toBe(TEXT);
  });

  it('hears how long to wait', async () => {
    expect(await fails(provider, 'rate-limited')).toMatchObject({ code: 'rate_limited', retryAfterMs: 1000 });
    expect((await fails(provider, 'rate-limited-ms-1250')).retryAfterMs).toBe(1250);
    expect((await fails(provider, 'rate-limited-soon')).retryAfterMs).toBeNull();
    const { retryAfterMs } = await fails(provider, 'rate-limited-date');
    expect(retryAfterMs).toBeGreaterThan(3000);
    expect(retryAfterMs).toBeLessThanOrEqual(5000);
  });

  it('knows a refusal of the content', async () => {
    expect(await fails(provider, 'content-policy')).toMatchObject({ code: 'content_refused', retryable: false });
  });

  it('repeats no key that a provider repeats, and no query', async () => {
    const error = await fails(provider, 'refused');
    expect(error.code).toBe('authentication_failed');
    expect(error.message).toBe('Incorrect API key provided: [removed]. See https://x.test/keys');
    const other = secret('customer.key:with+signs/0123456789');
    const odd = await fails(provider, 'refused', { apiKey: other });
    expect(everything(odd)).not.toContain(other);
    expect(odd.message).toContain('[removed]');
  });

  it('quotes no page, and reads no error without end', async () => {
    expect((await fails(provider, 'page-502')).message).toBe('The provider answered 502.');
    expect(await fails(provider, 'page')).toMatchObject({ code: 'malformed_response', retryable: false, status: 200 });
    const { id, baseUrl } = upstream('endless-error', provider);
    const error = await failure(question({ provider, baseUrl }));
    expect(error.message).toHaveLength(500);
    await eventually(async () => expect((await book(id)).open).toBe(0));
  });

  it('keeps no event without end', async () => {
    const { id, baseUrl } = upstream('endless-event', provider);
    expect(await failure(question({ provider, baseUrl }))).toMatchObject({ code: 'malformed_response' });
    await eventually(async () => expect(await book(id)).toMatchObject({ open: 0, aborted: 1 }));
  });

  it.each([301, 302, 303, 307, 308])('follows no redirect: %i', async (status) => {
    const error = await fails(provider, `redirect-${status}`);
    expect(error).toMatchObject({ code: 'base_url_refused', retryable: false, status });
    expect(error.message).not.toContain('169.254');
  });

  it('goes to no address that a base URL may not have', async () => {
    const { id, baseUrl } = upstream('tokens', provider);
    expect(await failure(question({ provider, baseUrl, allowLoopback: false }))).toMatchObject({
      code: 'base_url_refused',
      retryable: false,
    });
    expect((await book(id)).requests).toBe(0);
    for (const address of ['https://169.254.169.254/v1', 'https://10.0.0.1/v1', 'http://example.com/v1'])
      expect((await failure(question({ provider, baseUrl: address }))).code).toBe('base_url_refused');
  });

  it('cannot reach what is not there', async () => {
    const error = await failure(question({ provider, baseUrl: 'http://127.0.0.1:1/v1' }));
    expect(error).toMatchObject({ code: 'connection_failed', retryable: true, status: null });
    expect(everything(error)).not.toContain(KEY);
  });

  it('sends no key that cannot stand in a header', async () => {
    const error = await fails(provider, 'tokens', { apiKey: `${KEY}\nx-evil: 1` });
    expect(error).toMatchObject({ code: 'authentication_failed', retryable: false });
  });
});

describe('words without secrets', () => {
  it.each([
    ['Invalid key sk-ant-api03-abc*def', null, 'Invalid key [removed]'],
    ['Key hf_AbCdEfGhIjKl is revoked', null, 'Key [removed] is revoked'],
    ['AIzaSyA1234567890abcdefghijk is not valid', null, '[removed] is not valid'],
    ['header was "Bearer abc.def"', null, 'header was "[removed]'],
    ['ending in my-p***********last', null, 'ending in [removed]'],
    ['token secret12…', 'secret123456789', 'token [removed]'],
    ['token …23456789 is bad', 'secret123456789', 'token [removed] is bad'],
    ['see https://ada:pw@x.test/a?key=1#b and go', null, 'see https://x.test/a and go'],
    ['a skipped_parameter, key_of_something', null, 'a skipped_parameter, key_of_something'],
    [`${'x'.repeat(499)} sk-cut-off`, null, `${'x'.repeat(499)}…`],
  ])('%s', (text, apiKey, clean) => {
    expect(withoutSecrets(text, apiKey)).toBe(clean);
  });
});

describe('what is missing', () => {
  it.each(['openai', 'anthropic'] as const)('%s without a key', async (provider) => {
    expect(await failure(question({ provider, apiKey: null }))).toMatchObject({ code: 'credential_missing' });
  });

  it('an openai-compatible model without a base URL', async () => {
    expect(await failure(question({ provider: 'openai-compatible' }))).toMatchObject({ code: 'base_url_refused' });
  });
});
