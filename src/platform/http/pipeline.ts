import type { Context as HonoContext, ErrorHandler, MiddlewareHandler, NotFoundHandler } from 'hono';
import { cors } from 'hono/cors';
import { routePath } from 'hono/route';
import type { Actor } from '../../kernel/actor.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { type Config, ConfigError, loadConfig } from '../config.ts';
import { type Context, newContext, type TenantContext } from '../context.ts';
import { describeError, log } from '../log/log.ts';
import type { Doorkeepers, PublicEnv, TenantEnv } from './env.ts';
import { isExpected, problemResponse } from './problem.ts';
import { traceIdOf, wellFormedRequestId } from './trace.ts';

/** What every answer carries. The reference page alone widens its own policy. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
};

/** So long the beginning of a stream has, before it is logged that it was answered (ms). */
const BEGINNING_MS = 5;

const isStream = ({ headers }: Response): boolean =>
  headers.get('content-type')?.startsWith('text/event-stream') === true;

/** Gives every request its context, and every answer its id, its headers and its log line. */
export function pipeline(doorkeepers: Doorkeepers): MiddlewareHandler<PublicEnv> {
  return async (c, next) => {
    const startedAt = Date.now();
    const requestId = wellFormedRequestId(c.req.header('x-request-id') ?? null) ?? newId('request', startedAt);
    const context = newContext(c.env, {
      requestId,
      traceId: traceIdOf(c.req.header('traceparent') ?? null),
      waitUntil: (work) => c.executionCtx.waitUntil(work),
    });
    c.set('context', context);
    c.set('doorkeepers', doorkeepers);
    try {
      await next();
    } catch {
      // hono hands only Errors to onError; whatever else was thrown comes out here.
      c.res = await onError(new Error('what was thrown is no Error'), c);
    }
    const response = withHeaders(c.res, requestId, c.req.header('traceparent'));
    // Else hono lays the old headers over the new ones.
    c.res = undefined;
    c.res = response;
    const durationMs = Date.now() - startedAt;
    const tell = (): void => logRequest(c, context, durationMs);
    if (isStream(response)) context.waitUntil(scheduler.wait(BEGINNING_MS).then(tell));
    else tell();
  };
}

/** An answer with what every answer carries. */
export function withHeaders(response: Response, requestId: string, traceparent: string | undefined): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(SECURITY_HEADERS)) if (!headers.has(name)) headers.set(name, value);
  headers.set('x-request-id', requestId);
  if (traceparent !== undefined && traceIdOf(traceparent) !== null) headers.set('traceparent', traceparent);
  // A handler that failed may have said before how long its answer would keep: a problem keeps for nobody.
  const problem = headers.get('content-type') === 'application/problem+json';
  if (problem || !headers.has('cache-control')) headers.set('cache-control', 'no-store');
  const { body, status, webSocket } = response;
  return new Response(body, { status, headers, ...(webSocket === null ? {} : { webSocket }) });
}

/** CORS for the origins of the configuration; without any, browsers elsewhere are kept out. */
export function crossOrigin(): MiddlewareHandler<PublicEnv> {
  const answer = cors({
    origin: (origin, c: HonoContext<PublicEnv>) => (allowedOrigins(c.env).includes(origin) ? origin : null),
    allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowHeaders: [
      'authorization',
      'cache-control',
      'content-type',
      'idempotency-key',
      'if-none-match',
      'last-event-id',
      'traceparent',
      'x-min-generation',
      'x-request-id',
    ],
    exposeHeaders: [
      'content-location',
      'etag',
      'idempotency-replayed',
      'retry-after',
      'server-timing',
      'x-generation',
      'x-request-id',
    ],
    maxAge: 600,
  });
  // An OPTIONS that is no preflight asks which methods there are: onNotFound knows.
  return (c, next) =>
    c.req.method === 'OPTIONS' && c.req.header('access-control-request-method') === undefined
      ? next()
      : answer(c, next);
}

function allowedOrigins(env: Env): readonly string[] {
  try {
    return loadConfig(env).corsOrigins;
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

/** Turns whatever was thrown into problem details, records refusals, and keeps surprises for the request's log line. */
export const onError: ErrorHandler<PublicEnv> = async (thrown, c) => {
  const context = c.get('context');
  const error = translate(thrown);
  if (isExpected(error)) await recordRefusal(c, error);
  else c.set('surprise', describeError(error));
  return problemResponse(error, { requestId: context.requestId ?? '', instance: c.req.path });
};

/** Refusals that the audit trail should know of; other errors are slips of the pen. */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'forbidden',
  'self_approval_forbidden',
  'state_conflict',
  'version_locked',
  'incompatible',
]);

async function recordRefusal(c: HonoContext<PublicEnv>, error: AppError): Promise<void> {
  const tenant = tenantOf(c);
  const action = c.get('action');
  if (tenant === undefined || action === undefined || !REFUSALS.has(error.code)) return;
  try {
    await c.get('doorkeepers').recordRefusal(tenant, { action, error, path: c.req.path });
  } catch (failure) {
    // The refusal stands though its record could not be kept: the log has it.
    log(levelOf(tenant), 'error', 'refusal not recorded', {
      requestId: tenant.requestId,
      action,
      ...describeError(failure),
    });
  }
}

/** hono throws its own errors for bodies that are not JSON. */
function translate(thrown: Error): Error {
  if ('getResponse' in thrown && 'status' in thrown && thrown.status === 400) {
    return new AppError('malformed_json', 'The body is not well-formed JSON.');
  }
  return thrown;
}

/** Unknown paths, and known ones asked with the wrong method. */
export function onNotFound(methodsOf: (path: string) => readonly string[]): NotFoundHandler<PublicEnv> {
  return (c) => {
    const methods = methodsOf(c.req.path);
    const { requestId } = c.get('context');
    if (methods.length > 0 && c.req.method === 'OPTIONS') {
      return new Response(null, { status: 204, headers: { allow: methods.join(', ') } });
    }
    const error =
      methods.length === 0
        ? new AppError('not_found', `There is no ${c.req.path}. GET /openapi.json lists every route.`)
        : new AppError('method_not_allowed', `${c.req.path} understands ${methods.join(', ')}.`);
    const response = problemResponse(error, { requestId: requestId ?? '', instance: c.req.path });
    if (methods.length > 0) response.headers.set('allow', methods.join(', '));
    return response;
  };
}

function logRequest(c: HonoContext<PublicEnv>, context: Context, durationMs: number): void {
  const actor = tenantOf(c)?.actor ?? null;
  const { method } = c.req;
  logAnswer(context, c.res, { actor, method, route: routePath(c, -1), durationMs, surprise: c.get('surprise') });
}

/** The one line that each request leaves in the log. */
export function logAnswer(
  context: Context,
  { status, headers }: Response,
  of: {
    actor: Actor | null;
    method: string;
    route: string;
    durationMs: number;
    /** An error that nobody expected. */
    surprise?: ReturnType<typeof describeError> | undefined;
  },
): void {
  const { actor, method, route, durationMs, surprise } = of;
  log(levelOf(context), status >= 500 ? 'error' : 'info', 'request', {
    requestId: context.requestId,
    traceId: context.traceId,
    tenant: actor?.tenantId,
    actor: actor?.id,
    method,
    route,
    status,
    durationMs,
    tier: headers.get('server-timing')?.split(';')[0],
    ...context.operations,
    ...surprise,
  });
}

/** The tenant's context, where the route got as far as checking a credential. */
const tenantOf = (c: HonoContext<PublicEnv>): TenantContext | undefined =>
  (c.var as Partial<TenantEnv['Variables']>).tenant;

function levelOf(context: Context): Config['logLevel'] {
  try {
    return context.config.logLevel;
  } catch {
    return 'info';
  }
}
