import { baseUrlProblem } from '../domain/base-url.ts';
import { brokenOff, failedAnswer, failedStream, malformed, refused, unreachable } from './failures.ts';
import { GatheredBody } from './gathered-body.ts';
import { ProviderError, type Question } from './port.ts';

/** Far above any deadline of ours, in milliseconds: the question's signal rules. */
export const SDK_TIMEOUT = 3_600_000;

/** Of what an SDK would send: nothing about this machine, nothing from its environment. */
const SENT_HEADERS = ['accept', 'anthropic-version', 'authorization', 'content-type', 'user-agent'];

/** How much of an error is read, in bytes. */
const LONGEST_ERROR = 65_536;

/**
 * The only way by which an SDK reaches the network: to an allowed address, without following redirects, and with the
 * failures in our words. A way is for one question.
 */
export interface WayOut {
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** What the SDK's failure means. `payload`: the error the provider sent inside the stream, if that is what failed. */
  explain: (error: unknown, payload?: { error: unknown }) => ProviderError;
  /** What comes from now on may come together for a moment: its first words are being read. */
  gather: () => void;
  /** The answer is whole: what may follow is not waited for long. */
  whole: () => void;
}

export function wayOut({ baseUrl, apiKey, allowLoopback, onSent }: Question): WayOut {
  // SDKs wrap what their fetch throws, each in its own way: so it is remembered here.
  let failure: ProviderError | null = null;
  let body: GatheredBody | null = null;

  async function go(input: string | URL | Request, init: RequestInit = {}): Promise<Response> {
    const problem = baseUrl === null ? null : baseUrlProblem(baseUrl, { allowLoopback });
    if (problem !== null) throw (failure = refused('base_url_refused', `The base URL ${problem}.`));
    const given = new Headers(init.headers);
    const headers = new Headers(
      SENT_HEADERS.flatMap((name): [string, string][] => {
        const value = given.get(name);
        return value === null ? [] : [[name, value]];
      }),
    );
    const answer = fetch(input, { ...init, headers, redirect: 'manual' });
    onSent?.();
    const response = await answer;
    failure = await objection(response, apiKey);
    if (failure !== null) throw failure;
    if (response.body === null) return response;
    body = new GatheredBody(response.body as ReadableStream<Uint8Array>);
    return withBody(response, body);
  }

  return {
    fetch: go,
    explain: (error, payload) => {
      if (error instanceof ProviderError) return error;
      if (failure !== null) return failure;
      if (payload !== undefined) return failedStream(payload.error, apiKey);
      if (error instanceof SyntaxError) return malformed();
      return body === null ? unreachable() : brokenOff();
    },
    gather: () => body?.gather(),
    whole: () => body?.whole(),
  };
}

/** Why an answer is no stream; null when it is one. */
async function objection(response: Response, apiKey: string | null): Promise<ProviderError | null> {
  const { status } = response;
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    return new ProviderError(
      'base_url_refused',
      `The provider answered with a redirect (${status}), and redirects are not followed: give the address it leads to.`,
      { status, retryable: false },
    );
  }
  if (!response.ok) return failedAnswer(response, await beginning(response), apiKey);
  // Some leave the type out; a page or a document is certainly no stream.
  if (
    /^(?:text\/html|application\/json)\b/i.test(response.headers.get('content-type') ?? '') ||
    response.body === null
  ) {
    await response.body?.cancel();
    return new ProviderError(
      'malformed_response',
      'The provider did not answer with a stream. Is the base URL right?',
      {
        status,
        retryable: false,
      },
    );
  }
  return null;
}

/** An answer whose body is read otherwise. */
function withBody(response: Response, body: GatheredBody): Response {
  return new Proxy(response, {
    get: (target, property) => {
      if (property === 'body') return body;
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? (value as (...args: never) => unknown).bind(target) : value;
    },
  });
}

async function beginning(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    // Leaving the loop cancels the rest.
    for await (const piece of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += piece.byteLength;
      text += decoder.decode(piece, { stream: true });
      if (bytes >= LONGEST_ERROR) break;
    }
  } catch {
    // The status says enough.
  }
  return text;
}

/** Only what can stand in a header; anything else would make an error that quotes it. */
export function sendableKey(apiKey: string): string {
  if (!/^[\x21-\x7E]+$/.test(apiKey))
    throw refused('authentication_failed', 'The stored key holds characters that no key has. Store it again.');
  return apiKey;
}
