import { findOptionalEntry, type LoadedVersion } from '../../content/public.ts';
import { type Bundle, chooseFor } from '../../deployments/public.ts';
import { assertMayEnter } from '../../environments/public.ts';
import type { JsonValue } from '../../kernel/canonical-json.ts';
import { AppError, notFound } from '../../kernel/errors.ts';
import {
  mergeParameters,
  type Parameters,
  type ProviderMessage,
  type RunnableModel,
  type SealedCredential,
} from '../../models/public.ts';
import { parseParameters } from '../../models/public-http.ts';
import type { TenantContext } from '../../platform/context.ts';
import { type Pins, prepareVersion, renderServed } from '../../prompts/public.ts';
import { messagesOf } from '../domain/messages.ts';
import { DEFAULT_SETTINGS, type ExecutionSettings } from '../domain/settings.ts';
import { type Foreseen, recall } from './foresee.ts';
import { loadActive, loadLatest, type NamedModel, type Runnable } from '../repo/load.ts';

/** What is to be run: either what is active in an environment, or a version by its tag. */
export interface Wish {
  environment?: string | undefined;
  /** For whom, where an environment serves several versions side by side. */
  subject?: string | undefined;
  tag?: string | undefined;
  locale?: string | undefined;
  variables: Record<string, JsonValue>;
  model?: string | undefined;
  /** Of that model, where a tag is named; else its latest. */
  modelRevision?: number | undefined;
  /** What the version includes, where a tag is named; else the newest of it. */
  includes?: Pins | undefined;
  parameters?: Parameters | undefined;
}

/** A prompt, filled in, and whom to ask. */
export interface Prepared {
  prompt: {
    id: string;
    name: string;
    tag: string;
    versionId: string;
    contentHash: string;
    locale: string;
    environment: string | null;
    /** The tag that was chosen for the subject; null: nothing was to be chosen. */
    variant: string | null;
    deploymentId: string | null;
  };
  messages: ProviderMessage[];
  models: [RunnableModel, ...RunnableModel[]];
  /** The credential for the first of them, still sealed; null: there is none, or it needs none. */
  credential: SealedCredential | null;
  settings: ExecutionSettings;
}

/**
 * Loads and renders what is to be run, and finds the models with the parameters they are asked with.
 * @throws AppError not_found, not_deployed, forbidden, missing_variables, validation_failed, incompatible, payload_too_large
 */
export function prepare(
  context: TenantContext,
  nameOrId: string,
  wish: Wish,
  foreseen: Foreseen | null,
): Promise<Prepared> {
  return wish.environment === undefined
    ? prepareTagged(context, nameOrId, { ...wish, tag: wish.tag ?? 'latest' })
    : prepareActive(context, nameOrId, { ...wish, environment: wish.environment }, foreseen);
}

async function prepareActive(
  context: TenantContext,
  nameOrId: string,
  wish: Wish & { environment: string },
  foreseen: Foreseen | null,
): Promise<Prepared> {
  const { environment: environmentName } = wish;
  assertMayEnter(context, environmentName);
  const { db, scope } = context;
  const ask = { environment: environmentName, prompt: nameOrId, model: wish.model ?? null };
  const found = recall(foreseen, context, ask) ?? (await loadActive(db, scope, ask));
  const { environment, bundle } = found;
  if (environment === null) throw notFound(`The environment ${environmentName}`);
  if (bundle === null) throw await absent(context, nameOrId, environmentName);
  const { served, variant, arm } = chooseFor(bundle, wish.subject ?? null);
  const rendered = renderServed(served, wish.variables, wish.locale ?? null);
  const models = found.chains.get(wish.model === undefined ? arm : 0) ?? [];
  // Where nothing becomes active without an approval, no model does either.
  const isGoverned = Object.values(environment.requiredApprovals).some((needed) => needed > 0);
  return {
    prompt: {
      ...identity(served),
      locale: rendered.locale,
      environment: environmentName,
      variant,
      deploymentId: bundle.deploymentId,
    },
    messages: messagesOf(rendered.content),
    ...pick(
      { models, settings: found.settings },
      { ...wish, settings: served.model, governedBy: isGoverned ? environmentName : null },
    ),
  };
}

const identity = ({ promptId: id, name, tag, versionId, contentHash }: Bundle) => ({
  id,
  name,
  tag,
  versionId,
  contentHash,
});

async function absent(context: TenantContext, nameOrId: string, environment: string): Promise<AppError> {
  const entry = await findOptionalEntry(context.db, context.scope, 'prompt', nameOrId);
  return entry === null
    ? notFound(`The prompt "${nameOrId}"`)
    : new AppError('not_deployed', `No version of ${entry.name} is active in ${environment}. Deploy one first.`);
}

async function prepareTagged(
  context: TenantContext,
  nameOrId: string,
  wish: Wish & { tag: string },
): Promise<Prepared> {
  // A key that is bound to environments has no business with what is active in none.
  if (context.actor.kind === 'api_key' && context.actor.environments !== null) {
    throw new AppError('forbidden', 'This API key is bound to environments: name one of them instead of a tag.');
  }
  const { version, locale, content } = await prepareVersion(context, nameOrId, wish.tag, wish);
  const found = await loadLatest(
    context.db,
    context.scope,
    wish.model ?? modelNamedBy(version),
    wish.modelRevision ?? null,
  );
  return {
    prompt: {
      id: version.entryId,
      name: version.name,
      tag: version.tag,
      versionId: version.versionId,
      contentHash: version.contentHash,
      locale,
      environment: null,
      variant: null,
      deploymentId: null,
    },
    messages: messagesOf(content),
    ...pick(found, { ...wish, settings: version.model, governedBy: null }),
  };
}

/** Messages that are no prompt's, and whom to ask. @param subject what stands where a prompt would @throws AppError not_found */
export async function prepareMessages(
  { db, scope }: TenantContext,
  subject: Prepared['prompt'],
  { messages, model, modelRevision, parameters }: MessagesWish,
): Promise<Prepared> {
  const found = await loadLatest(db, scope, model, modelRevision);
  return { prompt: subject, messages, ...pick(found, { variables: {}, parameters, settings: null, governedBy: null }) };
}

export interface MessagesWish {
  messages: ProviderMessage[];
  model: string;
  modelRevision: number;
  parameters: Parameters;
}

/** Which model a version asks for: its settings' `name`, else their `model`. The same as in repo/load.ts. */
export function modelNamedBy({ model }: Pick<LoadedVersion, 'model'>): string | null {
  const name = model?.['name'] ?? model?.['model'];
  return typeof name === 'string' ? name : null;
}

function pick(
  { models, settings }: Runnable,
  wish: Wish & { settings: Record<string, JsonValue> | null; governedBy: string | null },
): Pick<Prepared, 'models' | 'credential' | 'settings'> {
  // A fallback that was deleted since is passed by.
  const there = models.filter(({ model }, position) => position === 0 || model !== null);
  const [first, ...rest] = there.map((named) => runnable(named, wish));
  if (first === undefined) {
    throw new AppError(
      'validation_failed',
      'Say which model to run it on: `model`, or `model.name` in the version. GET /v1/models lists them.',
      { errors: [{ path: 'model', message: 'is named nowhere', code: 'model_missing' }] },
    );
  }
  return {
    models: [first, ...rest],
    credential: there[0]?.credential ?? null,
    settings: settings ?? DEFAULT_SETTINGS,
  };
}

function runnable(
  { name, model, isActive }: NamedModel,
  wish: Wish & { settings: Record<string, JsonValue> | null; governedBy: string | null },
): RunnableModel {
  if (model === null) {
    throw new AppError('not_found', `The model "${name}" was not found. Register it with POST /v1/models.`);
  }
  if (wish.governedBy !== null && !isActive) {
    throw new AppError(
      'not_deployed',
      `The model ${name} is not active in ${wish.governedBy}, where what runs needs approval. Deploy a revision of it first.`,
    );
  }
  return { ...model, parameters: mergeParameters(model.parameters, settingsOf(wish.settings), wish.parameters ?? {}) };
}

/** What a version's settings say of parameters; the names of model and provider are none. */
function settingsOf(settings: Record<string, JsonValue> | null): Parameters {
  if (settings === null) return {};
  const { name: _name, model: _model, provider: _provider, ...parameters } = settings;
  return parseParameters(parameters, 'version.model');
}
