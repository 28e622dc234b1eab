import {
  activeAfter,
  type ActorName,
  authorsOf,
  besideAfter,
  type Content,
  type Deployment,
  type Entry,
  entryOf,
  type EntryType,
  type Environment,
  type EnvironmentName,
  isHeld,
  isLocked,
  isWhole,
  type Item,
  leansOn,
  type Level,
  liveEntry,
  type PersonName,
  pinsOf,
  type Policy,
  type Role,
  type Split,
  taggedVersion,
  versionOf,
  versionsIn,
  type Workspace,
} from './workspace.ts';

/** What the API must answer. */
export interface Reply {
  status: number;
  code?: string;
  /** The deployment that is shown, by its index. */
  deployment?: number;
}

/**
 * A move as the model makes it. Where it yields, another that was asked for at the same time may come in between; else
 * it is one piece.
 */
export type Move = (workspace: Workspace) => Generator<undefined, Reply>;

/** A move that nothing else can come in between. */
const inOnePiece = (decide: (workspace: Workspace) => Reply): Move =>
  function* (workspace) {
    yield* [];
    return decide(workspace);
  };

const FORBIDDEN: Reply = { status: 403, code: 'forbidden' };
const SELF_APPROVAL: Reply = { status: 403, code: 'self_approval_forbidden' };
const NOT_FOUND: Reply = { status: 404, code: 'not_found' };
const CONFLICT: Reply = { status: 409, code: 'state_conflict' };
const TAKEN: Reply = { status: 409, code: 'already_exists' };
const LOCKED: Reply = { status: 409, code: 'version_locked' };
const INCOMPATIBLE: Reply = { status: 422, code: 'incompatible' };
const shows = (status: number, { index }: Deployment): Reply => ({ status, deployment: index });

type Deed = 'write' | 'execute' | 'approve' | 'rollback' | 'rollback_development' | 'cancel_any' | 'manage' | 'own';

const DEEDS: Record<Role | 'key', readonly Deed[]> = {
  owner: ['write', 'execute', 'approve', 'rollback', 'rollback_development', 'cancel_any', 'manage', 'own'],
  admin: ['write', 'execute', 'approve', 'rollback', 'rollback_development', 'cancel_any', 'manage'],
  approver: ['execute', 'approve', 'rollback', 'rollback_development'],
  editor: ['write', 'execute', 'rollback_development'],
  viewer: [],
  key: ['write', 'execute', 'rollback_development'],
};

/** Whether an actor may do something in the role it has now. */
export const may = ({ roles }: Workspace, actor: ActorName, deed: Deed): boolean =>
  DEEDS[actor === 'key' ? 'key' : roles[actor]].includes(deed);

/** Who answers for what an actor does. */
const personOf = (actor: ActorName): PersonName => (actor === 'key' ? 'owner' : actor);

function deploymentAt({ deployments }: Workspace, index: number): Deployment {
  const deployment = deployments[index];
  if (deployment === undefined) throw new Error(`the model knows no deployment ${index}`);
  return deployment;
}

// Content.

export interface Draft {
  locale: string;
  contents: Record<string, Content>;
}

function addVersion(workspace: Workspace, actor: ActorName, entry: Entry, tag: string, draft: Draft): void {
  const uid = workspace.versions.length;
  const { type, name, kind } = entry;
  workspace.versions.push({
    uid,
    entry: entry.uid,
    type,
    name,
    kind,
    tag,
    revision: 0,
    authors: [personOf(actor)],
    ...structuredClone(draft),
  });
  entry.versions.push(uid);
}

export const createEntry = (actor: ActorName, type: EntryType, name: string, kind: Entry['kind'], draft: Draft): Move =>
  inOnePiece((workspace) => {
    if (!may(workspace, actor, 'write')) return FORBIDDEN;
    if (liveEntry(workspace, type, name) !== undefined) return TAKEN;
    const entry: Entry = { uid: workspace.entries.length, type, name, kind, deleted: false, versions: [] };
    workspace.entries.push(entry);
    addVersion(workspace, actor, entry, '1.0.0', draft);
    return { status: 201 };
  });

export const createVersion = (actor: ActorName, type: EntryType, name: string, tag: string, draft: Draft): Move =>
  inOnePiece((workspace) => {
    if (!may(workspace, actor, 'write')) return FORBIDDEN;
    const entry = liveEntry(workspace, type, name);
    if (entry === undefined) return NOT_FOUND;
    if (taggedVersion(workspace, type, name, tag) !== undefined) return TAKEN;
    addVersion(workspace, actor, entry, tag, draft);
    return { status: 201 };
  });

export const putTranslation = (
  actor: ActorName,
  type: EntryType,
  name: string,
  tag: string,
  locale: string,
  content: Content,
): Move =>
  inOnePiece((workspace) => {
    if (!may(workspace, actor, 'write')) return FORBIDDEN;
    const version = taggedVersion(workspace, type, name, tag);
    if (version === undefined) return NOT_FOUND;
    if (isLocked(workspace, version.uid)) return LOCKED;
    if (version.locale === locale) return { status: 400, code: 'validation_failed' };
    const there = version.contents[locale];
    if (there === undefined || JSON.stringify(there) !== JSON.stringify(content)) {
      version.contents[locale] = content;
      version.authors = [...new Set([...version.authors, personOf(actor)])];
      version.revision++;
    }
    return { status: 200 };
  });

export const deleteEntry = (actor: ActorName, type: EntryType, name: string): Move =>
  inOnePiece((workspace) => {
    if (!may(workspace, actor, 'write')) return FORBIDDEN;
    const entry = liveEntry(workspace, type, name);
    if (entry === undefined) return NOT_FOUND;
    if (isHeld(workspace, entry)) return CONFLICT;
    entry.deleted = true;
    return { status: 204 };
  });

// Rules.

export const changeRole = (person: PersonName, role: Role): Move =>
  function* (workspace) {
    const before = workspace.roles[person];
    if (before === role) return { status: 200 };
    yield;
    if (workspace.roles[person] !== before) return CONFLICT;
    workspace.roles[person] = role;
    return { status: 200 };
  };

export const changePolicy = (actor: ActorName, environment: EnvironmentName, policy: Policy): Move =>
  inOnePiece((workspace) => {
    if (!may(workspace, actor, 'manage')) return FORBIDDEN;
    workspace.environments[environment].policy = { ...policy };
    return { status: 200 };
  });

export const switchBreakGlass = (on: boolean): Move =>
  inOnePiece((workspace) => {
    workspace.breakGlass = on;
    return { status: 200 };
  });

// Deployments.

const neededFor = ({ policy }: Environment, level: Level): number =>
  level === 1 ? policy.low : level === 2 ? policy.high : policy.critical;

/** The texts here have nothing else that is a risk: no variables, no secrets, few dependants. */
const riskOf = (target: Environment, items: readonly Item[], declared: Level): Level =>
  target.name === 'production' && items.some(({ entry, version }) => version !== null && !target.ever.includes(entry))
    ? (Math.max(2, declared) as Level)
    : declared;

const bringsDeleted = (workspace: Workspace, items: readonly Item[]): boolean =>
  items.some(({ entry, version }) => version !== null && entryOf(workspace, entry).deleted);

const fits = (workspace: Workspace, target: Environment, items: readonly Item[]): boolean =>
  !bringsDeleted(workspace, items) &&
  isWhole(workspace, activeAfter(workspace, target, items), besideAfter(workspace, target, items));

interface Asked {
  environment: EnvironmentName;
  changes: Pick<Item, 'entry' | 'version' | 'split'>[];
  declared: Level;
  autoDeploy: boolean;
  rollbackOf: number | null;
}

function* file(workspace: Workspace, actor: ActorName, asked: Asked): Generator<undefined, Deployment | Reply> {
  const target = workspace.environments[asked.environment];
  const items = asked.changes.map((change): Item => {
    const now = Object.values(target.active).find((active) => active.entry === change.entry);
    return { ...change, previous: now?.version ?? null, previousSplit: now?.split ?? null };
  });
  if (!fits(workspace, target, items)) return INCOMPATIBLE;
  const level = riskOf(target, items, asked.declared);
  const required = neededFor(target, level);
  const pins = pinsOf(workspace, versionsIn(items));
  const revisions = (): string =>
    [...versionsIn(items), ...pins].map((uid) => versionOf(workspace, uid).revision).join();
  const before = revisions();
  yield;
  if (before !== revisions()) return CONFLICT;
  if (asked.rollbackOf !== null && openRollback(workspace, asked.rollbackOf)) return CONFLICT;
  const { environment, declared, autoDeploy, rollbackOf } = asked;
  const deployment: Deployment = {
    index: workspace.deployments.length,
    id: '',
    environment,
    items,
    pins,
    declared,
    level,
    required,
    status: required === 0 ? 'approved' : 'pending',
    requester: personOf(actor),
    votes: [],
    autoDeploy,
    rollbackOf,
    generation: null,
    busy: false,
  };
  workspace.deployments.push(deployment);
  return deployment;
}

export interface Wanted {
  type: EntryType;
  name: string;
  tag: string;
  /** Of prompts: what is served beside it, and its own weight. */
  beside: { weight: number; variants: { tag: string; weight: number }[] } | null;
}

export const request = (
  actor: ActorName,
  environment: EnvironmentName,
  wanted: readonly Wanted[],
  { declared, autoDeploy }: { declared: Level; autoDeploy: boolean },
): Move =>
  function* (workspace) {
    if (!may(workspace, actor, 'write')) return FORBIDDEN;
    const changes = wanted.flatMap(({ type, name, tag, beside }) => {
      const version = taggedVersion(workspace, type, name, tag);
      if (version === undefined) return [];
      const variants = (beside?.variants ?? []).flatMap(({ tag: other, weight }) => {
        const found = taggedVersion(workspace, type, name, other);
        return found === undefined ? [] : [{ version: found.uid, weight }];
      });
      const split: Split | null = beside === null ? null : { weight: beside.weight, variants };
      return [{ entry: version.entry, version: version.uid, split }];
    });
    const asked = wanted.reduce((sum, { beside }) => sum + 1 + (beside?.variants.length ?? 0), 0);
    const brought = versionsIn(changes);
    if (brought.length < asked || new Set(brought).size < asked) return INCOMPATIBLE;
    if (new Set(changes.map(({ entry }) => entry)).size < changes.length) return INCOMPATIBLE;
    const filed = yield* file(workspace, actor, { environment, changes, declared, autoDeploy, rollbackOf: null });
    if (!('index' in filed)) return filed;
    yield* deployWhenReady(workspace, actor, filed);
    return shows(201, filed);
  };

const ON_ITS_WAY = ['pending', 'approved', 'deploying'];

const openRollback = ({ deployments }: Workspace, of: number): boolean =>
  deployments.some(({ rollbackOf, status }) => rollbackOf === of && ON_ITS_WAY.includes(status));

/** Whether nothing that came after a deployment and moved any of its items still stands. */
function isLast({ deployments }: Workspace, { environment, items, generation }: Deployment): boolean {
  const entries = items.map(({ entry }) => entry);
  const later = deployments
    .map((one, index) => ({ ...one, index }))
    .filter((one) => one.environment === environment && (one.generation ?? 0) > (generation ?? 0))
    .filter((one) => one.items.some(({ entry }) => entries.includes(entry)))
    .toSorted((a, b) => (a.generation ?? 0) - (b.generation ?? 0));
  return entries.every((entry) => {
    const standing: number[] = [];
    for (const { index, rollbackOf } of later.filter((one) => one.items.some((item) => item.entry === entry))) {
      if (rollbackOf !== null && standing.at(-1) === rollbackOf) standing.pop();
      else standing.push(index);
    }
    return standing.length === 0;
  });
}

export const rollback = (actor: ActorName, index: number): Move =>
  function* (workspace) {
    const deployment = deploymentAt(workspace, index);
    const { environment, status, items } = deployment;
    const mayHere = environment === 'development' && may(workspace, actor, 'rollback_development');
    if (!mayHere && !may(workspace, actor, 'rollback')) return FORBIDDEN;
    if (status !== 'deployed' || !isLast(workspace, deployment) || openRollback(workspace, index)) return CONFLICT;
    const changes = items.map(({ entry, previous, previousSplit }) => {
      return { entry, version: previous, split: previousSplit };
    });
    const asked: Asked = { environment, changes, declared: 1, autoDeploy: true, rollbackOf: index };
    yield;
    const filed = yield* file(workspace, actor, asked);
    if (!('index' in filed)) return filed;
    yield* deployWhenReady(workspace, actor, filed);
    return shows(201, filed);
  };

function counting(workspace: Workspace, { votes, requester, ...of }: Deployment, alsoMay?: PersonName): number {
  const authors = authorsOf(workspace, of);
  return votes.filter(
    ({ person, decision }) =>
      decision === 'approved' &&
      person !== requester &&
      !authors.has(person) &&
      (person === alsoMay || may(workspace, person, 'approve')),
  ).length;
}

/** As many as were needed at the request, more where the policy is stricter by now. */
const missing = (workspace: Workspace, deployment: Deployment, alsoMay?: PersonName): number =>
  Math.max(deployment.required, neededFor(workspace.environments[deployment.environment], deployment.level)) -
  counting(workspace, deployment, alsoMay);

function* waitFor(it: { busy: boolean }): Generator<undefined, void> {
  while (it.busy) yield;
}

export const vote = (actor: ActorName, index: number, decision: 'approved' | 'rejected'): Move =>
  function* (workspace) {
    if (actor === 'key' || !may(workspace, actor, 'approve')) return FORBIDDEN;
    const deployment = deploymentAt(workspace, index);
    yield* waitFor(deployment);
    const { requester, votes, status } = deployment;
    if (requester === actor || authorsOf(workspace, deployment).has(actor)) return SELF_APPROVAL;
    const before = votes.find(({ person }) => person === actor);
    if (before?.decision !== decision) {
      if (before !== undefined) return CONFLICT;
      const onceMore = status === 'approved' && decision === 'approved' && missing(workspace, deployment) > 0;
      if (status !== 'pending' && !onceMore) return CONFLICT;
      votes.push({ person: actor, decision });
      if (decision === 'rejected') deployment.status = 'rejected';
      else if (missing(workspace, deployment, actor) <= 0) deployment.status = 'approved';
    }
    yield* deployWhenReady(workspace, actor, deployment);
    return shows(200, deployment);
  };

export const cancel = (actor: ActorName, index: number): Move =>
  function* (workspace) {
    if (!may(workspace, actor, 'write')) return FORBIDDEN;
    const deployment = deploymentAt(workspace, index);
    yield* waitFor(deployment);
    if (deployment.requester !== personOf(actor) && !may(workspace, actor, 'cancel_any')) return FORBIDDEN;
    if (!['pending', 'approved', 'cancelled'].includes(deployment.status)) return CONFLICT;
    deployment.status = 'cancelled';
    return shows(200, deployment);
  };

function* deployWhenReady(workspace: Workspace, actor: ActorName, deployment: Deployment): Generator<undefined, void> {
  yield;
  if (!deployment.autoDeploy || deployment.status !== 'approved' || !may(workspace, actor, 'execute')) return;
  // Refused, it stays approved.
  yield* goThrough(workspace, actor, deployment, false);
}

export const deploy = (actor: ActorName, index: number, breakGlass: boolean): Move =>
  function* (workspace) {
    if (!may(workspace, actor, 'execute')) return FORBIDDEN;
    return yield* goThrough(workspace, actor, deploymentAt(workspace, index), breakGlass);
  };

function* goThrough(
  workspace: Workspace,
  actor: ActorName,
  deployment: Deployment,
  wantsBreakGlass: boolean,
): Generator<undefined, Reply> {
  yield* waitFor(deployment);
  deployment.busy = true;
  const refusal = yield* activate(workspace, actor, deployment, wantsBreakGlass);
  deployment.busy = false;
  return refusal ?? shows(200, deployment);
}

function* activate(
  workspace: Workspace,
  actor: ActorName,
  deployment: Deployment,
  wantsBreakGlass: boolean,
): Generator<undefined, Reply | null> {
  const target = workspace.environments[deployment.environment];
  const enough = missing(workspace, deployment) <= 0;
  const breakGlass = enough && deployment.status !== 'pending' ? false : wantsBreakGlass;
  if (breakGlass) {
    if (actor === 'key' || !may(workspace, actor, 'own') || !workspace.breakGlass) return FORBIDDEN;
    if (!['pending', 'approved'].includes(deployment.status)) return CONFLICT;
  } else if (deployment.status !== 'approved' || !enough) return CONFLICT;
  const counted = counting(workspace, deployment);
  yield* waitFor(target);
  const { items, rollbackOf } = deployment;
  if (rollbackOf !== null && !isStillLast(workspace, rollbackOf)) return CONFLICT;
  if (!fits(workspace, target, items)) return INCOMPATIBLE;
  if (pinsOf(workspace, versionsIn(items)).join() !== deployment.pins.join()) return INCOMPATIBLE;
  if (!breakGlass && counted < neededFor(target, riskOf(target, items, deployment.declared))) return CONFLICT;
  deployment.status = 'deploying';
  target.busy = true;
  yield;
  target.busy = false;
  const gone = [...versionsIn(items), ...deployment.pins].some(
    (uid) => entryOf(workspace, versionOf(workspace, uid).entry).deleted,
  );
  if (gone) {
    deployment.status = 'failed';
    return INCOMPATIBLE;
  }
  makeActive(workspace, deployment);
  return null;
}

function isStillLast(workspace: Workspace, index: number): boolean {
  const rolledBack = deploymentAt(workspace, index);
  return rolledBack.status === 'deployed' && isLast(workspace, rolledBack);
}

/** Whatever the rules say of who may roll back when: a rollback takes the place of what it rolls back, and of nothing else. */
function assertRestores(workspace: Workspace, target: Environment, { rollbackOf }: Deployment): void {
  if (rollbackOf === null) return;
  for (const { entry, version, split } of deploymentAt(workspace, rollbackOf).items) {
    const active = Object.values(target.active).find((one) => one.entry === entry);
    const isIt =
      (active?.version ?? null) === version && JSON.stringify(active?.split ?? null) === JSON.stringify(split);
    if (!isIt) throw new Error(`a rollback of #${rollbackOf} would take the place of what came later`);
  }
}

function makeActive(workspace: Workspace, deployment: Deployment): void {
  const target = workspace.environments[deployment.environment];
  assertRestores(workspace, target, deployment);
  const generation = ++target.generation;
  const by = { deployment: deployment.index, generation };
  const changed = new Set<string>();
  for (const item of deployment.items) {
    const { type, name } = entryOf(workspace, item.entry);
    const key = `${type}:${name}`;
    changed.add(key);
    item.previous = target.active[key]?.version ?? null;
    item.previousSplit = target.active[key]?.split ?? null;
    delete target.active[key];
    delete target.holds[item.entry];
    if (type === 'prompt') target.served[name] = by;
    if (item.version === null) continue;
    target.active[key] = { entry: item.entry, version: item.version, split: item.split, ...by };
    target.holds[item.entry] = [...versionsIn([item]), ...pinsOf(workspace, versionsIn([item]))];
    if (!target.ever.includes(item.entry)) target.ever.push(item.entry);
  }
  const active = activeAfter(workspace, target, []);
  const beside = besideAfter(workspace, target, []);
  for (const [key, own] of Object.entries(active)) {
    for (const uid of [own, ...(beside[key] ?? [])]) {
      const version = versionOf(workspace, uid);
      const isTouched = [...leansOn(workspace, active, version)].some((name) => changed.has(name));
      if (version.type === 'prompt' && isTouched) target.served[version.name] = by;
    }
  }
  deployment.status = 'deployed';
  deployment.generation = generation;
  if (deployment.rollbackOf !== null) deploymentAt(workspace, deployment.rollbackOf).status = 'rolled_back';
}

/** Somebody of another tenant asks: for them there is no such deployment. */
export const askAsStranger = (): Move =>
  inOnePiece(() => {
    return NOT_FOUND;
  });

/** It was cut short before it began. */
export const doNothing: Move = inOnePiece(() => ({ status: 503, code: 'unavailable' }));
