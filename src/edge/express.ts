import type { Actor } from '../kernel/actor.ts';
import { fromStrictUtf8 } from '../kernel/bytes.ts';
import { newId } from '../kernel/ids.ts';
import { canonicalLocale } from '../kernel/locale.ts';
import { ENVIRONMENT_NAME, nameProblem } from '../kernel/names.ts';
import { asksForTruth } from '../platform/http/cache-control.ts';
import { type Context, newContext } from '../platform/context.ts';
import { logAnswer, withHeaders } from '../platform/http/pipeline.ts';
import { isExpected, problemResponse } from '../platform/http/problem.ts';
import { BODY_MAX } from '../platform/http/limits.ts';
import { traceIdOf, wellFormedRequestId } from '../platform/http/trace.ts';
import { describeError } from '../platform/log/log.ts';
import { FETCH_ROUTE, rememberForNextTime, respond } from './at-once.ts';
import { parseGeneration } from './domain/conditions.ts';
import { plainRender } from './domain/plain-render.ts';
import { withoutSubject } from './domain/subject.ts';
import { noteFetch, noteUse } from './notes.ts';
import { ALWAYS, serverTiming } from './present.ts';
import { fetchPrompt } from './queries/fetch.ts';
import type { EdgeContext } from './queries/load.ts';
import { renderPrompt } from './queries/render.ts';

const RENDER_ROUTE = '/v1/edge/:environment/render/:name{.+}';

/** A path whose name and query need no decoding. */
const PLAIN =
  /^https?:\/\/[^/]+(\/v1\/edge\/([a-z0-9-]+)\/(prompts|render)\/([\w~.-]+(?:\/[\w~.-]+)*))(?:\?locale=([\w-]+))?$/;

type Router = (request: Request) => Response | Promise<Response>;

/**
 * Fetches and renders as callers mostly write them, by the queries of ./routes.ts but without the router and its
 * middleware, which cost more than all the rest (docs/decisions/0004-hot-path.md). What is written in any other way,
 * or is not valid, goes to the router.
 */
export function answerExpress(
  request: Request,
  env: Env,
  execution: ExecutionContext,
  router: Router,
): Response | Promise<Response> {
  const { url, subject } = withoutSubject(request.url) ?? { url: request.url, subject: null };
  const plain = url.includes('/v1/edge/') ? PLAIN.exec(url) : null;
  if (plain === null) return router(request);
  const [, path = '', environment = '', verb, name = '', wanted] = plain;
  const { headers, method } = request;
  const minGeneration = parseGeneration(headers.get('x-min-generation'));
  const named = ENVIRONMENT_NAME.test(environment) && nameProblem(name) === null;
  // An origin needs CORS, and asking for the truth is rare.
  const special = headers.has('origin') || asksForTruth(headers.get('cache-control'));
  if (minGeneration === null || !named || special) return router(request);
  const ask = { environment, name, authorization: headers.get('authorization'), minGeneration, truth: false };

  if (method === 'GET' && verb === 'prompts') {
    const locale = wanted === undefined ? undefined : canonicalLocale(wanted);
    if (locale === null) return router(request);
    return travel(request, env, execution, { path, route: FETCH_ROUTE }, async (context) => {
      const found = await fetchPrompt(context, { ...ask, locale: locale ?? null, subject });
      rememberForNextTime(request, subject, found, noteFetch(context, found, environment));
      const response = respond(found.page, headers.get('if-none-match'));
      response.headers.set('server-timing', serverTiming(found.tier));
      return response;
    });
  }
  if (method === 'POST' && verb === 'render' && wanted === undefined && subject === null && hasPlainBody(headers)) {
    return render(request, env, execution, router, { ask, path });
  }
  return router(request);
}

async function render(
  request: Request,
  env: Env,
  execution: ExecutionContext,
  router: Router,
  { ask, path }: { ask: Omit<Parameters<typeof renderPrompt>[1], 'variables' | 'locale' | 'subject'>; path: string },
): Promise<Response> {
  const body = await request.arrayBuffer();
  const wish = plainRender(parse(body));
  if (wish === null) return router(new Request(request.url, { method: 'POST', headers: request.headers, body }));
  return travel(request, env, execution, { path, route: RENDER_ROUTE }, async (context) => {
    const found = await renderPrompt(context, { ...ask, ...wish });
    const { rendered, bundle, tier } = found;
    noteUse(context, 'render', { ...found, served: rendered });
    const response = new Response(JSON.stringify(rendered), { headers: ALWAYS });
    response.headers.set('cache-control', 'no-store');
    response.headers.set('server-timing', serverTiming(tier));
    response.headers.set('x-generation', String(bundle.generation));
    return response;
  });
}

/** One that may be read whole: JSON, and not too long. */
function hasPlainBody(headers: Headers): boolean {
  const length = headers.get('content-length');
  return headers.get('content-type') === 'application/json' && length !== null && Number(length) <= BODY_MAX;
}

function parse(body: ArrayBuffer): unknown {
  try {
    return JSON.parse(fromStrictUtf8(body));
  } catch {
    return undefined;
  }
}

/** What the pipeline does around a route: context, problem, headers, log line. */
async function travel(
  request: Request,
  env: Env,
  execution: ExecutionContext,
  { path, route }: { path: string; route: string },
  work: (context: EdgeContext) => Promise<Response>,
): Promise<Response> {
  const startedAt = Date.now();
  const { headers, method } = request;
  const traceparent = headers.get('traceparent');
  const requestId = wellFormedRequestId(headers.get('x-request-id')) ?? newId('request', startedAt);
  const traceId = traceIdOf(traceparent);
  const base: Context = newContext(env, { requestId, traceId, waitUntil: (promise) => execution.waitUntil(promise) });
  let actor: Actor | null = null;
  const context: EdgeContext = Object.assign(base, {
    identified: (who: Actor) => {
      actor = who;
    },
    authenticate: () => Promise.reject(new Error('the truth is the router’s to find')),
  });
  let response: Response;
  let surprise: ReturnType<typeof describeError> | undefined;
  try {
    response = await work(context);
    response.headers.set('x-request-id', requestId);
    if (traceparent !== null && traceId !== null) response.headers.set('traceparent', traceparent);
  } catch (error) {
    response = withHeaders(problemResponse(error, { requestId, instance: path }), requestId, traceparent ?? undefined);
    response.headers.set('vary', 'Origin');
    if (!isExpected(error)) surprise = describeError(error);
  }
  logAnswer(context, response, { actor, method, route, durationMs: Date.now() - startedAt, surprise });
  return response;
}
