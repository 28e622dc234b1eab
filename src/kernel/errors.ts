/** The catalogue of everything that can go wrong, by code. It knows nothing of HTTP: src/platform/http/problem.ts does. */
export const ERROR_CODES = [
  'malformed_json',
  'validation_failed',
  'unauthenticated',
  'invalid_credentials',
  'token_reused',
  'budget_exhausted',
  'forbidden',
  'self_approval_forbidden',
  'not_found',
  'not_deployed',
  'method_not_allowed',
  'already_exists',
  'state_conflict',
  'version_locked',
  'idempotency_in_progress',
  'payload_too_large',
  'unsupported_media_type',
  'incompatible',
  'missing_variables',
  'idempotency_mismatch',
  'upgrade_required',
  'rate_limited',
  'internal_error',
  'unavailable',
  'still_running',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** One finding inside an error: where it is, what is wrong, and a code for programs. */
export interface ErrorItem {
  readonly path: string;
  readonly message: string;
  readonly code: string;
  /** Where in a template it stands: offset from 0 in UTF-16 units, line and column from 1. */
  readonly position?: { readonly offset: number; readonly line: number; readonly column: number };
}

export interface ErrorOptions {
  readonly errors?: readonly ErrorItem[];
  /** Seconds after which the caller may try again. */
  readonly retryAfter?: number;
  /** Where to look next, by relation: told with the error. */
  readonly links?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** An expected failure. Its detail is read by callers: say what is wrong and what to do next, never a secret. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: readonly ErrorItem[] | undefined;
  readonly retryAfter: number | undefined;
  readonly links: Readonly<Record<string, string>> | undefined;

  constructor(code: ErrorCode, detail: string, options: ErrorOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
    this.links = options.links;
  }
}

/** A failure as a value: an error thrown in a Durable Object loses its class on the way, so it travels as this. */
export interface Failure {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors?: readonly ErrorItem[];
}

export type Outcome<T> = { readonly ok: true; readonly value: T } | Failure;

export const success = <T>(value: T): Outcome<T> => ({ ok: true, value });

/** The failure that says what an error says; a surprise is thrown on. */
export function toFailure(error: unknown): Failure {
  if (!(error instanceof AppError)) throw error;
  const failure = { ok: false, code: error.code, detail: error.message } as const;
  return error.errors === undefined ? failure : { ...failure, errors: error.errors };
}

/** The value of an outcome, or its failure thrown. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new AppError(outcome.code, outcome.detail, outcome.errors === undefined ? {} : { errors: outcome.errors });
}

export const notFound = (what: string): AppError => new AppError('not_found', `${what} was not found.`);
