import type { End, OnText, RunnableModel, SealedCredential } from '../../models/public.ts';
import type { News, Permission } from './breaker.ts';
import type { Happening, StreamEvent } from './events.ts';
import type { Ending, Entry, Job, Progress } from './job.ts';

export type { End, SealedCredential } from '../../models/public.ts';

/** How an object asks. */
export interface Asking {
  /** The provider's key; null: there is none; undefined: nobody has looked. */
  readonly sealed: SealedCredential | null | undefined;
  readonly signal: AbortSignal;
  /** Told when the request has gone out. */
  readonly onSent: () => void;
  readonly onText: OnText;
}

/** What an execution's object does through others: ../objects.ts gives it, src/worker.ts puts the two together. */
export interface ExecutionPorts {
  /** Asks a model. @returns null where no more of its answer is taken @throws ProviderError */
  ask(env: Env, job: Job, model: RunnableModel, asking: Asking): Promise<End | null>;
  /** Whether the tenant's circuit lets this model's provider be asked. */
  permit(env: Env, job: Job, model: RunnableModel): Promise<Permission>;
  /** Tells the circuit that a model was given up because its provider failed; or what its probe has found out. */
  report(env: Env, job: Job, model: RunnableModel, news: News): Promise<void>;
  /** Whether its row came to D1. */
  isAccepted(env: Env, job: Job): Promise<boolean>;
  /** Writes its row, as one that runs, unless it is there. */
  enter(env: Env, job: Job, entry: Entry, progress: Progress): Promise<void>;
  /** Marks it as running, and by whom it is answered. */
  markRunning(env: Env, job: Job, progress: Progress): Promise<void>;
  /**
   * Writes how it ended, once: with its row, where an entry is given.
   * @returns how D1 says that it ended, where that is otherwise: then so it is; else null
   */
  save(env: Env, job: Job, ending: Ending, output: string, entry: Entry | null): Promise<Happening | null>;
  /** Gives its place and what was held back to the tenant's limits. */
  settle(env: Env, job: Job, ending: Ending, output: string): Promise<void>;
  /** Gives the place of what was never accepted back, with what it cost all the same. */
  release(env: Env, job: Job, ending: Ending, output: string): Promise<void>;
  /** The last event of an execution whose log is gone; null: there is none such. */
  readLastEvent(env: Env, tenantId: string, executionId: string): Promise<StreamEvent | null>;
}
