import type { Actor } from '../../kernel/actor.ts';
import type { Progress } from './evaluation.ts';

/** Of some who watch, those who still may. */
export type WatcherCheck = (
  env: Env,
  tenantId: string,
  watchers: readonly Pick<Actor, 'kind' | 'id'>[],
) => Promise<ReadonlySet<string>>;

/** What an evaluation's object does through others: ../objects.ts gives it, src/worker.ts puts the two together. */
export interface EvaluationPorts {
  read(env: Env, tenantId: string, evaluationId: string): Promise<Progress | null>;
  mayWatch: WatcherCheck;
}
