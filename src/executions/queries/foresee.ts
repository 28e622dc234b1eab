import { ENVIRONMENT_NAME, NAME_MAX } from '../../kernel/names.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Ahead } from '../../platform/http/route.ts';
import { type ActiveAsk, type ActiveRunnable, loadActive } from '../repo/load.ts';

/** What is being read for a request that has not been let in yet. */
export interface Foreseen {
  tenantId: string;
  found: Promise<{ ask: ActiveAsk; runnable: ActiveRunnable } | null>;
}

/** Longer bodies are not looked at before it is known whose they are, in bytes. */
const BODY_MAX = 64 * 1024;

/** Reads what a run of an active prompt needs, while its API key is being checked. Whatever goes wrong will be found again. */
export const foresee: Ahead = ({ db }, scope, request): Foreseen | null => {
  if (!(Number(request.header('content-length')) <= BODY_MAX)) return null;
  const found = async (): Promise<Awaited<Foreseen['found']>> => {
    const ask = askIn(await request.json(), request.param('prompt') ?? '');
    return ask === null ? null : { ask, runnable: await loadActive(db, scope, ask) };
  };
  return { tenantId: scope.tenantId, found: found().catch(() => null) };
};

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
export async function recall(
  foreseen: Foreseen | null,
  { scope }: TenantContext,
  ask: ActiveAsk,
): Promise<ActiveRunnable | null> {
  if (foreseen?.tenantId !== scope.tenantId) return null;
  const found = await foreseen.found;
  const isIt =
    found !== null &&
    found.ask.environment === ask.environment &&
    found.ask.prompt === ask.prompt &&
    found.ask.model === ask.model;
  return isIt ? found.runnable : null;
}
