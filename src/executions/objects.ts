import { AppError } from '../kernel/errors.ts';
import { forActor, newContext, type TenantContext } from '../platform/context.ts';
import { log } from '../platform/log/log.ts';
import {
  askModel,
  openCredential,
  openSealed,
  ProviderError,
  type RunnableModel,
  type SealedCredential,
} from '../models/public.ts';
import { enterOnce } from './commands/enter.ts';
import { noteRunning } from './commands/mark-running.ts';
import { saveEnding } from './commands/save-ending.ts';
import { release, settle } from './commands/settle.ts';
import { circuitOf } from './domain/circuit.ts';
import type { Job } from './domain/job.ts';
import type { ExecutionPorts } from './domain/ports.ts';
import { isAccepted } from './queries/find.ts';
import { findLastEvent } from './queries/last-event.ts';
import { limitsObject } from './stub.ts';

/** What an execution's object does through this room: each port is one command or query in a context of its own. */
export const executionPorts: ExecutionPorts = {
  ask: async (env, job, model, { sealed, signal, onSent, onText }) => {
    const context = contextFor(env, job);
    const { provider, parameters } = model;
    const credential = await credentialFor(context, model, sealed);
    const needsKey = provider === 'openai' || provider === 'anthropic';
    if (needsKey && credential === null) {
      throw new ProviderError(
        'credential_missing',
        `There is no credential for ${provider}: an admin sets one with PUT /v1/provider-credentials/${provider}.`,
        { retryable: false },
      );
    }
    const question = {
      provider,
      model: model.model,
      baseUrl: model.baseUrl ?? credential?.baseUrl ?? null,
      apiKey: credential?.apiKey ?? null,
      messages: job.messages,
      parameters,
      signal,
      onSent,
      allowLoopback: context.config.allowLoopback,
    };
    return askModel(question, onText);
  },
  permit: (env, job, model) =>
    limitsObject(contextFor(env, job), job.tenantId).permit(circuitOf(model), job.executionId, Date.now()),
  report: (env, job, model, news) =>
    limitsObject(contextFor(env, job), job.tenantId).report(circuitOf(model), news, job.executionId, Date.now()),
  isAccepted: (env, job) => within(env, job, 'isAccepted', (context) => isAccepted(context, job.executionId)),
  enter: (env, job, entry, progress) =>
    within(env, job, 'enter', (context) => enterOnce(context, job, entry, progress)),
  markRunning: (env, job, progress) =>
    within(env, job, 'markRunning', (context) => noteRunning(context, job, progress)),
  save: (env, job, ending, output, entry) =>
    within(env, job, 'save', (context) => saveEnding(context, job, ending, output, entry)),
  settle: (env, job, ending, output) => settle(contextFor(env, job), job, ending, output),
  release: (env, job, ending, output) =>
    within(env, job, 'release', (context) => release(context, job, ending, output)),
  readLastEvent: (env, tenantId, executionId) =>
    within(env, { ...NOBODY, tenantId }, 'readLastEvent', (context) => findLastEvent(context, executionId)),
};

async function credentialFor(
  context: TenantContext,
  { provider }: RunnableModel,
  sealed: SealedCredential | null | undefined,
): Promise<Awaited<ReturnType<typeof openCredential>>> {
  if (provider === 'mock' || sealed === null) return null;
  try {
    return await (sealed === undefined ? openCredential(context, provider) : openSealed(context, provider, sealed));
  } catch (error) {
    // An admin's to mend, so whoever runs it is told: no trouble of ours that goes by.
    if (!(error instanceof AppError)) throw error;
    throw new ProviderError('authentication_failed', error.message, { retryable: false, cause: error });
  }
}

type Asker = Pick<Job, 'tenantId' | 'requestId' | 'traceId'>;

const NOBODY = { requestId: null, traceId: null };

function contextFor(env: Env, { tenantId, requestId, traceId }: Asker): TenantContext {
  // An object stays alive for what it awaits: nothing here is left to run on.
  const context = newContext(env, { requestId, traceId, waitUntil: () => undefined });
  return forActor(context, { kind: 'system', id: 'footlight', tenantId });
}

/** Runs one piece of an object's work, and logs what it cost. */
async function within<T>(
  env: Env,
  asker: Asker,
  operation: string,
  work: (context: TenantContext) => Promise<T>,
): Promise<T> {
  const context = contextFor(env, asker);
  try {
    return await work(context);
  } finally {
    const { requestId, traceId, tenantId: tenant } = asker;
    const fields = { requestId, traceId, tenant, operation, ...context.operations };
    log(context.config.logLevel, 'info', 'object', fields);
  }
}
