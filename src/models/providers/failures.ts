import { ProviderError, type ProviderErrorCode } from './port.ts';
import { withoutSecrets } from './secrets.ts';

/** What a provider says of a failure, in whichever of the usual shapes. */
interface Said {
  message: string | null;
  /** Its codes and types, lower case: providers use either for the same. */
  labels: string[];
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** {error: {message, type, code}} (OpenAI, Anthropic), {error: "…"} (Ollama), {message, code} (vLLM), {detail} (FastAPI). */
function heard(body: unknown): Said {
  if (typeof body === 'string') return { message: body.trimStart().startsWith('<') ? null : body.trim(), labels: [] };
  if (!isRecord(body)) return { message: null, labels: [] };
  if (isRecord(body.error) || typeof body.error === 'string') return heard(body.error);
  const message = [body.message, body.detail].find((each) => typeof each === 'string') ?? null;
  const labels = [body.code, body.type].filter((each) => typeof each === 'string' || typeof each === 'number');
  return { message, labels: labels.map((label) => String(label).toLowerCase()) };
}

/** The HTTP status that an error inside a stream would have had. */
const STATUS_OF_LABEL = new Map([
  ['invalid_request_error', 400],
  ['authentication_error', 401],
  ['invalid_api_key', 401],
  ['permission_error', 403],
  ['not_found_error', 404],
  ['model_not_found', 404],
  ['request_too_large', 413],
  ['rate_limit_error', 429],
  ['rate_limit_exceeded', 429],
  ['insufficient_quota', 429],
  ['api_error', 500],
  ['server_error', 500],
  ['internal_server_error', 500],
  ['timeout_error', 504],
  ['overloaded_error', 529],
]);

const REFUSED_LABELS = ['content_filter', 'content_policy_violation', 'moderation_blocked', 'invalid_prompt'];
const REFUSED_WORDS = /content[ -](?:management |filter|policy|moderation)|usage polic|flagged/i;

function codeOf(status: number, { message, labels }: Said): ProviderErrorCode {
  if (status >= 400 && status < 500 && status !== 429) {
    if (labels.some((label) => REFUSED_LABELS.includes(label))) return 'content_refused';
    if ([400, 403, 422].includes(status) && REFUSED_WORDS.test(message ?? '')) return 'content_refused';
    if (labels.includes('model_not_found')) return 'model_not_found';
  }
  switch (status) {
    case 400:
    case 413:
    case 422:
      return 'invalid_request';
    case 401:
    case 403:
      return 'authentication_failed';
    case 404:
      return 'model_not_found';
    case 408:
      return 'timeout';
    case 429:
      return 'rate_limited';
    default:
      return status >= 500 ? 'provider_unavailable' : 'provider_error';
  }
}

const mayPass = (status: number): boolean => [408, 409, 429].includes(status) || status >= 500;

/** In milliseconds: nobody is waited for longer. */
const A_DAY = 86_400_000;

/** In milliseconds from `now`, a day at most; null where nothing, or nothing readable, was asked for. */
function retryAfter(headers: Headers, now: number): number | null {
  const milliseconds = headers.get('retry-after-ms');
  if (milliseconds !== null && /^\d+(?:\.\d+)?$/.test(milliseconds))
    return Math.min(Math.ceil(Number(milliseconds)), A_DAY);
  const after = headers.get('retry-after');
  if (after === null) return null;
  if (/^\d+(?:\.\d+)?$/.test(after)) return Math.min(Math.ceil(Number(after) * 1000), A_DAY);
  const date = Date.parse(after);
  return Number.isNaN(date) ? null : Math.min(Math.max(0, date - now), A_DAY);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text; // A page, or words.
  }
}

/** An answer that is not a 2xx. `text` is its body. */
export function failedAnswer(
  { status, headers }: { status: number; headers: Headers },
  text: string,
  apiKey: string | null,
): ProviderError {
  const said = heard(parsed(text));
  const message = withoutSecrets(said.message ?? '', apiKey) || `The provider answered ${status}.`;
  return new ProviderError(codeOf(status, said), message, {
    status,
    retryable: mayPass(status),
    retryAfterMs: retryAfter(headers, Date.now()),
  });
}

/** An error that came inside a stream, after a 200. `text` is the event's data. */
export function failedStream(text: string, apiKey: string | null): ProviderError {
  const said = heard(parsed(text));
  const message = withoutSecrets(said.message ?? '', apiKey) || 'The provider broke the stream off with an error.';
  if (said.labels.some((label) => REFUSED_LABELS.includes(label)))
    return new ProviderError('content_refused', message, { retryable: false });
  const status = said.labels
    .map((label) => STATUS_OF_LABEL.get(label) ?? (/^[45]\d\d$/.test(label) ? Number(label) : null))
    .find((each) => each !== null);
  // Unnamed, it is the provider's trouble: it had taken the request.
  if (status === undefined) return new ProviderError('provider_error', message, { retryable: true });
  return new ProviderError(codeOf(status, said), message, { retryable: mayPass(status) });
}

export const malformed = (): ProviderError =>
  new ProviderError('malformed_response', 'The provider sent something that its protocol does not know.', {
    retryable: true,
  });

export const brokenOff = (): ProviderError =>
  new ProviderError('stream_interrupted', "The provider's stream ended before the answer did.", { retryable: true });

export const unreachable = (): ProviderError =>
  new ProviderError('connection_failed', 'The connection to the provider failed.', { retryable: true });

export const refused = (code: ProviderErrorCode, message: string): ProviderError =>
  new ProviderError(code, message, { retryable: false });
