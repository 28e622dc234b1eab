import { ENVIRONMENT_NAME, NAME_MAX } from '../../kernel/names.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Meanwhile } from '../../platform/db/meanwhile.ts';
import { asksForTruth } from '../../platform/http/cache-control.ts';
import type { Ahead } from '../../platform/http/route.ts';
import { type ActiveAsk, type ActiveRunnable, askForActive, readActive } from '../repo/load.ts';

/** What is read for a request that has not been let in yet. */
export interface Foreseen extends Meanwhile {
  readonly tenantId: string;
  readonly ask: ActiveAsk;
  /** Null: it has not been read. */
  runnable(): ActiveRunnable | null;
}

/** Longer bodies are not looked at before it is known whose they are, in bytes. */
const BODY_MAX = 64 * 1024;

/** Reads what a run of an active prompt needs, where its API key is checked. */
export const foresee: Ahead = async ({ db }, scope, request): Promise<Foreseen | null> => {
  if (!(Number(request.header('content-length')) <= BODY_MAX)) return null;
  const body = await request.json().catch(() => null); // what is wrong with it is said to those who were let in
  const ask = askIn(body, request.param('prompt') ?? '');
  if (ask === null) return null;
  let found: ActiveRunnable | null = null;
  return {
    tenantId: scope.tenantId,
    ask,
    name: isPast(request) ? JSON.stringify([ask.environment, ask.prompt, ask.model]) : null,
    statements: () => askForActive(db, scope, ask),
    take: (results) => {
      found = readActive(results);
    },
    runnable: () => found,
  };
};

/** Whether what was so a moment ago will do: not for who must see what they have just deployed. */
const isPast = (request: Parameters<Ahead>[2]): boolean =>
  request.header('x-min-generation') === undefined && !asksForTruth(request.header('cache-control') ?? null);

function askIn(body: unknown, prompt: string): ActiveAsk | null {
  if (typeof body !== 'object' || body === null || !('environment' in body) || prompt.length > NAME_MAX) return null;
  const { environment } = body;
  const model = 'model' in body ? body.model : null;
  if (typeof environment !== 'string' || !ENVIRONMENT_NAME.test(environment)) return null;
  return model === null || (typeof model === 'string' && model.length <= NAME_MAX)
    ? { environment, prompt, model }
    : null;
}

/** What was foreseen, if it is just what is asked for, for the tenant that was let in. */
export function recall(foreseen: Foreseen | null, { scope }: TenantContext, ask: ActiveAsk): ActiveRunnable | null {
  const isIt =
    foreseen?.tenantId === scope.tenantId &&
    foreseen.ask.environment === ask.environment &&
    foreseen.ask.prompt === ask.prompt &&
    foreseen.ask.model === ask.model;
  return isIt ? foreseen.runnable() : null;
}
