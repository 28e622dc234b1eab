import { baseUrlProblem } from '../domain/base-url.ts';
import { brokenOff, failedAnswer, failedStream, malformed, refused, unreachable } from './failures.ts';
import { ProviderError, type Question } from './port.ts';

/** Far above any deadline of ours, in milliseconds: the question's signal rules. */
export const SDK_TIMEOUT = 3_600_000;

/** Of what an SDK would send: nothing about this machine, nothing from its environment. */
const SENT_HEADERS = ['accept', 'anthropic-version', 'authorization', 'content-type', 'user-agent'];

/** How much of an error is read, in bytes. */
const LONGEST_ERROR = 65_536;

/** In bytes. An SDK keeps an event until its end, and this memory is shared with other tenants' executions. */
const LONGEST_EVENT = 1_048_576;

/**
 * The only way by which an SDK reaches the network: to an allowed address, without following redirects, and with the
 * failures in our words. A way is for one question.
 */
export interface WayOut {
  fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>;
  /** What the SDK's failure means. `payload`: the error the provider sent inside the stream, if that is what failed. */
  explain: (error: unknown, payload?: { error: unknown }) => ProviderError;
}

export function wayOut({ baseUrl, apiKey, allowLoopback }: Question): WayOut {
  // SDKs wrap what their fetch throws, each in its own way: so it is remembered here.
  let failure: ProviderError | null = null;
  let begun = false;

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
    const response = await fetch(input, { ...init, headers, redirect: 'manual' });
    failure = await objection(response, apiKey);
    if (failure !== null) throw failure;
    begun = true;
    return withBoundedEvents(response);
  }

  return {
    fetch: go,
    explain: (error, payload) => {
      if (error instanceof ProviderError) return error;
      if (failure !== null) return failure;
      if (payload !== undefined) return failedStream(payload.error, apiKey);
      if (error instanceof SyntaxError) return malformed();
      return begun ? brokenOff() : unreachable();
    },
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

/**
 * An answer whose body is read piece by piece, until one of its events is too long. Not through a TransformStream: that
 * costs more, for each piece, than all that an SDK does with it.
 */
function withBoundedEvents(response: Response): Response {
  const { body } = response;
  if (body === null) return response;
  const bounded = eventsOfBoundedSize(body as ReadableStream<Uint8Array>);
  return new Proxy(response, {
    get: (target, property) => {
      if (property === 'body') return bounded;
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? (value as (...args: never) => unknown).bind(target) : value;
    },
  });
}

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

async function* eventsOfBoundedSize(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let length = 0;
  for await (const piece of body) {
    const end = endOfEvents(piece);
    length = end < 0 ? length + piece.length : piece.length - end;
    if (length > LONGEST_EVENT) throw malformed();
    yield piece;
  }
}

/** Where the last event within a piece is over: behind an empty line; below 0 where none is. One cut in two is found later. */
function endOfEvents(piece: Uint8Array): number {
  for (let at = piece.lastIndexOf(NEWLINE); at > 0; at = piece.lastIndexOf(NEWLINE, at - 1)) {
    const before = piece[at - 1];
    if (before === NEWLINE || (before === CARRIAGE_RETURN && piece[at - 2] === NEWLINE)) return at + 1;
  }
  return -1;
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
