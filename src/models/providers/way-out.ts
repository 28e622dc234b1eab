import { baseUrlProblem } from '../domain/base-url.ts';
import { failedAnswer, refused, unreachable } from './failures.ts';
import { ProviderError, type Question } from './port.ts';

/** Far above any deadline of ours, in milliseconds: the question's signal rules. */
export const SDK_TIMEOUT = 3_600_000;

/** Of what an SDK would send: nothing about this machine, nothing from its environment. */
const SENT_HEADERS = ['accept', 'anthropic-version', 'authorization', 'content-type', 'user-agent'];

/** How much of an error is read, in bytes. */
const LONGEST_ERROR = 65_536;

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * The only way by which an SDK reaches the network: to an allowed address, without following redirects, and with the
 * failures in our words.
 * @param ask asks by an SDK, which is to use this fetch
 * @returns the answer's body, a stream as far as one can see
 * @throws ProviderError; whatever the signal was aborted with
 */
export async function openStream(
  { baseUrl, apiKey, allowLoopback, signal, onSent }: Question,
  ask: (fetch: Fetch) => PromiseLike<Response>,
): Promise<ReadableStream<Uint8Array>> {
  // SDKs wrap what their fetch throws, each in its own way: so it is remembered here.
  let failure: ProviderError | null = null;

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
    // The signal is ours alone: an SDK that is given it makes two more, and a timer.
    const answer = fetch(input, { ...init, headers, signal, redirect: 'manual' });
    onSent?.();
    const response = await answer;
    failure = await objection(response, apiKey);
    if (failure !== null) throw failure;
    return response;
  }

  try {
    const { body } = await ask(go);
    if (body !== null) return body as ReadableStream<Uint8Array>;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ProviderError) throw error;
  }
  throw failure ?? unreachable();
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
