import { AppError, type ErrorCode, type ErrorItem } from '../../kernel/errors.ts';
import { ConfigError } from '../config.ts';

/** RFC 9457. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: ErrorCode;
  requestId: string;
  errors?: readonly ErrorItem[];
  links?: Readonly<Record<string, string>>;
}

/** The one place where codes meet HTTP. */
const PROBLEMS: Record<ErrorCode, { status: number; title: string }> = {
  malformed_json: { status: 400, title: 'The body is not JSON' },
  validation_failed: { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'A valid credential is needed' },
  invalid_credentials: { status: 401, title: 'The credentials are not right' },
  token_reused: { status: 401, title: 'The refresh token was used before' },
  budget_exhausted: { status: 402, title: 'The budget is used up' },
  forbidden: { status: 403, title: 'Not allowed' },
  self_approval_forbidden: { status: 403, title: 'Nobody approves their own work' },
  not_found: { status: 404, title: 'Not found' },
  not_deployed: { status: 404, title: 'Not active in this environment' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  already_exists: { status: 409, title: 'It exists already' },
  state_conflict: { status: 409, title: 'Not possible in this state' },
  version_locked: { status: 409, title: 'The version is locked' },
  idempotency_in_progress: { status: 409, title: 'The first request is still running' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be JSON' },
  incompatible: { status: 422, title: 'The items do not fit together' },
  missing_variables: { status: 422, title: 'Variables are missing' },
  idempotency_mismatch: { status: 422, title: 'The idempotency key belongs to another request' },
  upgrade_required: { status: 426, title: 'This is a WebSocket' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal_error: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'Not available now' },
  still_running: { status: 504, title: 'It is still running' },
};

/** Whether an error is one of ours to explain; anything else is a surprise, told to operators only. */
export const isExpected = (error: unknown): error is AppError => error instanceof AppError;

function problemOf(error: unknown, request: { requestId: string; instance: string }): Problem {
  const { code, detail, errors } = explain(error);
  const { status, title } = PROBLEMS[code];
  const problem = { type: `urn:footlight:problem:${code}`, title, status, detail, ...request, code };
  const { requestId, instance, ...rest } = problem;
  const links = isExpected(error) ? error.links : undefined;
  return {
    ...rest,
    instance,
    requestId,
    ...(errors === undefined ? {} : { errors }),
    ...(links === undefined ? {} : { links }),
  };
}

function explain(error: unknown): { code: ErrorCode; detail: string; errors?: readonly ErrorItem[] | undefined } {
  if (isExpected(error)) return { code: error.code, detail: error.message, errors: error.errors };
  if (error instanceof ConfigError) {
    return { code: 'unavailable', detail: `This deployment is not configured: ${error.setting}. See GET /readiness.` };
  }
  return { code: 'internal_error', detail: 'The error was logged under this requestId. Trying again may help.' };
}

export function problemResponse(error: unknown, request: { requestId: string; instance: string }): Response {
  const problem = problemOf(error, request);
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' });
  if (isExpected(error) && error.retryAfter !== undefined)
    headers.set('retry-after', String(Math.ceil(error.retryAfter)));
  if (problem.status === 401) headers.set('www-authenticate', 'Bearer realm="footlight"');
  return new Response(JSON.stringify(problem), { status: problem.status, headers });
}
