import { asksForTruth } from '../platform/http/cache-control.ts';
import { loadConfig } from '../platform/config.ts';
import { newContext } from '../platform/context.ts';
import { traceIdOf, wellFormedRequestId } from '../platform/http/trace.ts';
import { logMade } from '../platform/log/log.ts';
import { countUse, type UseTally } from '../platform/queue/gather.ts';
import { newId } from '../kernel/ids.ts';
import { matchesEntityTag, parseGeneration } from './domain/conditions.ts';
import { goodFor, isDue } from './domain/lifetime.ts';
import { withoutSubject } from './domain/subject.ts';
import { type Page, type Ready, recallAnswer, rememberAnswer } from './memory.ts';
import { pageFor } from './present.ts';
import type { fetchPrompt } from './queries/fetch.ts';
import { refresh } from './refresh.ts';

/** As ./routes.ts has it, for the log. */
export const FETCH_ROUTE = '/v1/edge/:environment/prompts/:name{.+}';

/**
 * The hot path: a fetch that this isolate answered a moment ago, to the same credential for the same URL, answered
 * again without a router. Null for all that is not that: the routes know what to do. The numbers behind each line
 * are in docs/decisions/0004-hot-path.md.
 */
export function answerAtOnce(request: Request, env: Env, execution: ExecutionContext): Response | null {
  const { headers, url } = request;
  if (!url.includes('/v1/edge/') || request.method !== 'GET') return null;
  const authorization = headers.get('authorization');
  if (authorization === null) return null;
  const now = Date.now();
  let subject: string | null = null;
  let ready = recallAnswer(authorization, url, now);
  if (ready === null) {
    // What is remembered is the same for all subjects.
    const asked = withoutSubject(url);
    if (asked === null) return null;
    ready = recallAnswer(authorization, asked.url, now);
    if (ready === null) return null;
    ({ subject } = asked);
  }
  // An origin needs CORS; the other two ask for more than memory may have.
  const minGeneration = parseGeneration(headers.get('x-min-generation'));
  if (minGeneration === null || minGeneration > goodFor(ready.life)) return null;
  if (headers.has('origin') || asksForTruth(headers.get('cache-control'))) return null;

  const requestId = wellFormedRequestId(headers.get('x-request-id')) ?? newId('request', now);
  const traceparent = headers.get('traceparent');
  const traceId = traceIdOf(traceparent);
  const page = pageFor(ready.pages, subject);
  const tally = ready.tallies.get(page);
  if (tally !== undefined) countUse(tally, now, env, execution);
  const kv = refreshed(ready, { env, execution, authorization, requestId, traceId, now });
  const response = respond(page, headers.get('if-none-match'));
  response.headers.set('x-request-id', requestId);
  if (traceparent !== null && traceId !== null) response.headers.set('traceparent', traceparent);
  const trace = traceId === null ? 'null' : `"${traceId}"`;
  logMade(
    loadConfig(env).logLevel,
    () =>
      `{"time":"${new Date(now).toISOString()}","level":"info","message":"request","requestId":"${requestId}",` +
      `"traceId":${trace},${ready.logged}"status":${response.status},"durationMs":0,"tier":"memory","d1":0,"kv":${kv},"do":0}`,
  );
  return response;
}

/** A page, or that it is the one which the caller has. */
export function respond({ body, etag, headers }: Page, noneMatch: string | null): Response {
  if (noneMatch === null || !matchesEntityTag(noneMatch, etag)) return new Response(body, { headers });
  const response = new Response(null, { status: 304, headers });
  response.headers.delete('content-type');
  return response;
}

/** Asks KV behind the answer, where memory is no longer fresh. @returns how many operations that took */
function refreshed(
  { caller, life }: Ready,
  by: {
    env: Env;
    execution: ExecutionContext;
    authorization: string;
    requestId: string;
    traceId: string | null;
    now: number;
  },
): number {
  const { env, execution, authorization, requestId, traceId, now } = by;
  if (!isDue(life, now) && (caller.record === null || !isDue(caller, now))) return 0;
  const context = newContext(env, { requestId, traceId, waitUntil: (work) => execution.waitUntil(work) });
  refresh(context, authorization, caller, [life], now);
  return context.operations.kv;
}

/** Keeps an answer for {@link answerAtOnce}. @param subject that it was for; null: nobody's */
export function rememberForNextTime(
  request: Request,
  subject: string | null,
  { caller, held, pages, actor }: Awaited<ReturnType<typeof fetchPrompt>>,
  tallies: ReadonlyMap<Page, UseTally>,
): void {
  const authorization = request.headers.get('authorization');
  if (authorization === null || caller === null) return;
  const asked = subject === null ? { url: request.url, subject } : withoutSubject(request.url);
  // Written so oddly that its subject would not be seen the next time.
  if (asked?.subject !== subject) return;
  const who = JSON.stringify({ tenant: actor.tenantId, actor: actor.id, method: 'GET', route: FETCH_ROUTE });
  const logged = `${who.slice(1, -1)},`;
  rememberAnswer(authorization, asked.url, { caller, life: held.life, pages, tallies, logged });
}
