import type { Context } from '../platform/context.ts';
import { describeError, log } from '../platform/log/log.ts';

/** An evaluation's object, as this room calls it. */
export interface EvaluationStub {
  /** Has those who watch told how far it has come. */
  changed(tenantId: string, evaluationId: string): Promise<void>;
  fetch(request: Request): Promise<Response>;
}

/** The tenant's id is in the name, so that no id of another tenant can reach it. */
export function evaluationObject(
  { env, operations }: Pick<Context, 'env' | 'operations'>,
  tenantId: string,
  evaluationId: string,
): EvaluationStub {
  operations.do++;
  // Env's generated types do not know the classes' methods: this is where they are told.
  return env.EVALUATIONS.getByName(`${tenantId}:${evaluationId}`);
}

/** Tells those who watch, after the answer. What gets lost they see for themselves: see durable-objects/evaluation-object.ts. */
export function tellWatchers(context: Context, tenantId: string, evaluationId: string): void {
  const told = evaluationObject(context, tenantId, evaluationId).changed(tenantId, evaluationId);
  context.waitUntil(
    told.catch((error: unknown) => {
      log(context.config.logLevel, 'warn', 'watchers not told', { object: 'evaluation', ...describeError(error) });
    }),
  );
}
