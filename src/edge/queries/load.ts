import { bundleKey, findActiveBundles, republish } from '../../deployments/public.ts';
import type { Actor, TenantScope } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Context } from '../../platform/context.ts';
import { assertMayFetch, checkKey, checkToken, proveKey, readCredential } from '../credential.ts';
import {
  forgetCaller,
  type Held,
  recallBundle,
  recallCaller,
  rememberBundle,
  type Caller,
  type Tier,
} from '../memory.ts';
import { refresh } from '../refresh.ts';
import { fromD1, mend, parseBundle, readKvOrNothing } from '../sources.ts';

export interface EdgeContext extends Context {
  /** Who presents an Authorization header, by D1. @throws AppError unauthenticated */
  authenticate(authorization: string): Promise<Actor>;
  /** Hears who it is, as soon as that is proven: for the log. */
  identified(actor: Actor): void;
}

export interface Ask {
  authorization: string | null;
  environment: string;
  /** Each once. */
  names: readonly string[];
  /** Copies of an older generation are passed by. */
  minGeneration: number;
  /** Passes by every copy, of the key as of the bundles. */
  truth: boolean;
}

export interface Loaded {
  actor: Actor;
  /** Null where D1 was asked alone. */
  caller: Caller | null;
  /** By name; missing where only D1 could have told, and it failed. */
  bundles: ReadonlyMap<string, Held>;
  tier: Tier;
}

/**
 * The caller and the bundles asked for: from memory, else from KV in one bulk operation (a hundred keys each), else
 * from D1 in one round trip.
 * @throws AppError unauthenticated, forbidden, not_found for an unknown environment, unavailable
 */
export async function load(context: EdgeContext, ask: Ask): Promise<Loaded> {
  const authorization = ask.authorization ?? '';
  const loaded = ask.truth
    ? await loadTruth(context, ask, authorization)
    : await loadCopies(context, ask, authorization);
  if ([...loaded.bundles.values()].some((held) => !held.inEnvironment)) {
    throw new AppError('not_found', `The environment ${ask.environment} was not found.`);
  }
  return loaded;
}

async function loadTruth(context: EdgeContext, ask: Ask, authorization: string): Promise<Loaded> {
  const credential = readCredential(ask.authorization);
  const actor =
    credential.kind === 'api_key'
      ? await proveKey(context, authorization, credential.key)
      : await provePerson(context, authorization);
  admit(context, actor, ask.environment);
  const { bundles } = await askD1(context, { tenantId: actor.tenantId }, ask.environment, ask.names);
  return { actor, caller: null, bundles, tier: 'd1' };
}

async function provePerson(context: EdgeContext, authorization: string): Promise<Actor> {
  try {
    return await fromD1(context, () => context.authenticate(authorization));
  } catch (error) {
    if (error instanceof AppError && error.code === 'unauthenticated') forgetCaller(authorization);
    throw error;
  }
}

async function loadCopies(context: EdgeContext, ask: Ask, authorization: string): Promise<Loaded> {
  const now = context.now();
  let caller = recallCaller(authorization, now);
  const credential = caller === null ? readCredential(ask.authorization) : null;
  if (credential?.kind === 'token') caller = await checkToken(context, authorization, credential.token);
  if (caller !== null) admit(context, caller.actor, ask.environment);
  const unproven = credential?.kind === 'api_key' ? credential : null;
  const tenantId = caller?.actor.tenantId ?? unproven?.key.tenantId ?? '';

  const bundles = new Map<string, Held>();
  const wanted = new Map<string, string>();
  for (const name of ask.names) {
    const key = bundleKey(tenantId, ask.environment, name);
    const held = recallBundle(key, ask.minGeneration, now);
    if (held === null) wanted.set(name, key);
    else bundles.set(name, held);
  }
  if (caller !== null) refreshStale(context, { caller, authorization, bundles, now });

  const keys = [...wanted.values()];
  if (unproven !== null) keys.unshift(unproven.recordKey);
  if (caller !== null && keys.length === 0) return { actor: caller.actor, caller, bundles, tier: 'memory' };
  const texts = await readKvOrNothing(context, keys);
  const d1Before = context.operations.d1;
  if (caller === null) {
    if (unproven === null) throw new Error('a caller is neither known nor to be proven');
    caller = await checkKey(context, authorization, unproven, texts.get(unproven.recordKey), now);
    admit(context, caller.actor, ask.environment);
  }

  const unknown: string[] = [];
  const missing: string[] = [];
  for (const [name, key] of wanted) {
    // Undefined where KV itself did not answer: then there is nothing to mend.
    const text = texts.get(key);
    const bundle = typeof text === 'string' ? parseBundle(context, { key, name }, text) : null;
    if (bundle !== null) rememberBundle({ key, name, bundle, readAt: now, asOf: 0, length: text?.length ?? 0 });
    else if (text !== undefined) missing.push(name);
    // Memory may have a newer copy than KV, or has heard of one: it decides.
    const held = bundle === null ? null : recallBundle(key, ask.minGeneration, now);
    if (held === null) unknown.push(name);
    else bundles.set(name, held);
  }
  if (unknown.length > 0) await addFromD1(context, caller.actor, ask.environment, { bundles, unknown, missing });
  return { actor: caller.actor, caller, bundles, tier: context.operations.d1 > d1Before ? 'd1' : 'kv' };
}

function admit(context: EdgeContext, actor: Actor, environment: string): void {
  context.identified(actor);
  assertMayFetch(actor, environment);
}

function refreshStale(
  context: EdgeContext,
  at: { caller: Caller; authorization: string; bundles: ReadonlyMap<string, Held>; now: number },
): void {
  const { caller, authorization, now } = at;
  const lives = [...at.bundles.values()].map((held) => held.life);
  refresh(context, authorization, caller, lives, now);
}

/** What neither memory nor KV could tell. D1 failing leaves the others to be answered. */
async function addFromD1(
  context: EdgeContext,
  actor: Actor,
  environment: string,
  at: { bundles: Map<string, Held>; unknown: readonly string[]; missing: readonly string[] },
): Promise<void> {
  const scope = { tenantId: actor.tenantId };
  let found: Truth;
  try {
    found = await askD1(context, scope, environment, at.unknown);
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable' && at.bundles.size > 0) return;
    throw error;
  }
  for (const [name, held] of found.bundles) at.bundles.set(name, held);
  // Only what D1 has and KV has not: what KV has older is on its way there already.
  const lost = at.missing.filter((name) => (found.bundles.get(name)?.life.generation ?? 0) > 0);
  const { environmentId: id } = found;
  if (lost.length > 0 && id !== null)
    mend(context, () => republish(context, { ...scope, id, name: environment }, lost));
}

interface Truth {
  /** Null: there is no such environment. */
  environmentId: string | null;
  bundles: ReadonlyMap<string, Held>;
}

async function askD1(
  context: EdgeContext,
  scope: TenantScope,
  environment: string,
  names: readonly string[],
): Promise<Truth> {
  const readAt = context.now();
  const found = await fromD1(context, () => findActiveBundles({ db: context.db, scope }, environment, names));
  const asOf = found.environment?.generation ?? null;
  const bundles = names.map((name): [string, Held] => {
    const bundle = found.bundles.get(name) ?? null;
    const key = bundleKey(scope.tenantId, environment, name);
    const length = bundle === null ? 0 : JSON.stringify(bundle).length;
    return [name, rememberBundle({ key, name, bundle, readAt, asOf, length })];
  });
  return { environmentId: found.environment?.id ?? null, bundles: new Map(bundles) };
}
