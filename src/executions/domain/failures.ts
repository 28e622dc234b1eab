import { ProviderError } from '../../models/public.ts';
import type { AttemptFailure } from './job.ts';

/** What tells against a provider, rather than against the question or the key. */
const DOWN: ReadonlySet<string> = new Set([
  'connection_failed',
  'timeout',
  'provider_unavailable',
  'stream_interrupted',
  'malformed_response',
]);

/** What an attempt failed of. A surprise says nothing of the inside. */
export function failureOf(error: unknown): AttemptFailure {
  if (error instanceof ProviderError) {
    const { code, message, status, retryable, retryAfterMs } = error;
    // What may pass by itself (408, 409, 429) is no proof.
    const providerAlive = status !== null && status >= 400 && status < 500 && !retryable;
    return { code, message, retryable, askAgain: retryable, retryAfterMs, providerDown: DOWN.has(code), providerAlive };
  }
  return {
    code: 'internal_error',
    message: 'Something went wrong here. Running it again may help.',
    retryable: true,
    askAgain: true,
    retryAfterMs: null,
    providerDown: false,
    providerAlive: false,
  };
}

/** The tenant's circuit is open: the provider failed several times in a row, and is left alone for a while. */
export const CIRCUIT_OPEN: AttemptFailure = {
  code: 'circuit_open',
  message:
    'The provider failed several times in a row and is left alone for a while. Try again later, or give the model a fallback.',
  retryable: true,
  askAgain: false,
  retryAfterMs: null,
  providerDown: false,
  providerAlive: false,
};

export const OUTPUT_TOO_LONG: AttemptFailure = {
  code: 'output_too_long',
  message: 'The model answered with more than is kept. Ask for less with `maxTokens`.',
  retryable: false,
  askAgain: false,
  retryAfterMs: null,
  providerDown: false,
  providerAlive: true,
};
