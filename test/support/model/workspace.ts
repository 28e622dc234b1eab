/**
 * The model: what a tenant's workspace holds and what the edge must serve, in the plainest data there is. It shares no
 * code with src/: includes are looked up again and again, and nothing is remembered that could be worked out.
 */

export const NAMES = ['a', 'b/b', 'c'] as const;
export const LOCALES = ['en', 'fr', 'fr-CA', 'de'] as const;
export const ENVIRONMENTS = ['development', 'staging', 'production'] as const;
export const PEOPLE = ['owner', 'admin', 'approver', 'second', 'editor'] as const;

export type EnvironmentName = (typeof ENVIRONMENTS)[number];
export type PersonName = (typeof PEOPLE)[number];
/** `key` is an API key that the owner made. */
export type ActorName = PersonName | 'key';
export type EntryType = 'prompt' | 'asset';
export type Role = 'owner' | 'admin' | 'approver' | 'editor' | 'viewer';

export interface Ref {
  type: EntryType;
  name: string;
  /** Null: whatever is active. */
  tag: string | null;
}
export type Piece = string | Ref;

/** A version in one locale: one text, or a chat's two. */
export type Content = Piece[][];

export interface Version {
  uid: number;
  entry: number;
  type: EntryType;
  name: string;
  kind: 'text' | 'chat';
  tag: string;
  locale: string;
  /** Its own locale and its translations. */
  contents: Record<string, Content>;
  /** Everybody who ever wrote of it, the first its maker. */
  authors: PersonName[];
  /** How often it was translated. */
  revision: number;
}

export interface Entry {
  uid: number;
  type: EntryType;
  name: string;
  kind: 'text' | 'chat';
  deleted: boolean;
  /** Uids, oldest first. */
  versions: number[];
}

/** Versions that are served beside one, and all their weights. */
export interface Split {
  weight: number;
  variants: { version: number; weight: number }[];
}

export interface Item {
  entry: number;
  /** Null: none is to be active. */
  version: number | null;
  /** Null: nothing is served beside it. */
  split: Split | null;
  previous: number | null;
  previousSplit: Split | null;
}

export type Status =
  | 'pending'
  | 'approved'
  | 'deploying'
  | 'deployed'
  | 'rolled_back'
  | 'rejected'
  | 'cancelled'
  | 'failed';

/** 1: low or medium, which the policies here treat alike; 2: high; 3: critical. */
export type Level = 1 | 2 | 3;

export interface Deployment {
  index: number;
  /** As the API named it; empty until its answer was seen. */
  id: string;
  environment: EnvironmentName;
  status: Status;
  requester: PersonName;
  items: Item[];
  /** The versions that come inside by a tag. */
  pins: number[];
  declared: Level;
  level: Level;
  required: number;
  votes: { person: PersonName; decision: 'approved' | 'rejected' }[];
  autoDeploy: boolean;
  rollbackOf: number | null;
  generation: number | null;
  /** Something is being done to it at this moment: for what happens at once. */
  busy: boolean;
}

export interface Policy {
  low: number;
  high: number;
  critical: number;
}

export interface Environment {
  name: EnvironmentName;
  policy: Policy;
  generation: number;
  /** By `type:name`. */
  active: Record<
    string,
    { entry: number; version: number; split: Split | null; deployment: number; generation: number }
  >;
  /** By prompt: what last changed what is served under this name, which may be nothing by now. */
  served: Record<string, { deployment: number; generation: number }>;
  /** By entry that is active: its versions and those inside by a tag. */
  holds: Record<number, number[]>;
  /** Entries that were ever active here. */
  ever: number[];
  busy: boolean;
}

export interface Workspace {
  entries: Entry[];
  versions: Version[];
  deployments: Deployment[];
  environments: Record<EnvironmentName, Environment>;
  roles: Record<PersonName, Role>;
  breakGlass: boolean;
}

const environment = (name: EnvironmentName, policy: Policy): Environment => ({
  name,
  policy,
  generation: 0,
  busy: false,
  active: {},
  served: {},
  holds: {},
  ever: [],
});

export const newWorkspace = (): Workspace => ({
  entries: [],
  versions: [],
  deployments: [],
  breakGlass: true,
  environments: {
    development: environment('development', { low: 0, high: 0, critical: 0 }),
    staging: environment('staging', { low: 1, high: 1, critical: 2 }),
    production: environment('production', { low: 1, high: 2, critical: 2 }),
  },
  roles: { owner: 'owner', admin: 'admin', approver: 'approver', second: 'approver', editor: 'editor' },
});

export const liveEntry = ({ entries }: Workspace, type: EntryType, name: string): Entry | undefined =>
  entries.find((entry) => entry.type === type && entry.name === name && !entry.deleted);

export function versionOf({ versions }: Workspace, uid: number): Version {
  const version = versions[uid];
  if (version === undefined) throw new Error(`the model knows no version ${uid}`);
  return version;
}

export function entryOf({ entries }: Workspace, uid: number): Entry {
  const entry = entries[uid];
  if (entry === undefined) throw new Error(`the model knows no entry ${uid}`);
  return entry;
}

/** A version that can be named: its entry is there. */
export function taggedVersion(workspace: Workspace, type: EntryType, name: string, tag: string): Version | undefined {
  const versions = (liveEntry(workspace, type, name)?.versions ?? []).map((uid) => versionOf(workspace, uid));
  return tag === 'latest' ? versions.at(-1) : versions.find((version) => version.tag === tag);
}

/** What is active, by `type:name`: uids of versions. */
export type Active = Record<string, number>;

export const activeNow = ({ active }: Environment): Active =>
  Object.fromEntries(Object.entries(active).map(([key, { version }]) => [key, version]));

/** What would be active with some changes made. */
export function activeAfter(workspace: Workspace, target: Environment, items: readonly Item[]): Active {
  const active = activeNow(target);
  for (const { entry, version } of items) {
    const { type, name } = entryOf(workspace, entry);
    if (version === null) delete active[`${type}:${name}`];
    else active[`${type}:${name}`] = version;
  }
  return active;
}

/** What is served beside that, by `type:name`. */
export type Beside = Record<string, number[]>;

const besideIn = (split: Split | null): number[] => (split?.variants ?? []).map(({ version }) => version);

/** What would be served beside what is active with some changes made. */
export function besideAfter(workspace: Workspace, target: Environment, items: readonly Item[]): Beside {
  const beside = Object.fromEntries(Object.entries(target.active).map(([key, { split }]) => [key, besideIn(split)]));
  for (const { entry, split } of items) {
    const { type, name } = entryOf(workspace, entry);
    beside[`${type}:${name}`] = besideIn(split);
  }
  return beside;
}

/** All that some items bring. */
export const versionsIn = (items: readonly Pick<Item, 'version' | 'split'>[]): number[] =>
  items.flatMap(({ version, split }) => (version === null ? [] : [version, ...besideIn(split)]));

function lookUp(workspace: Workspace, active: Active, { type, name, tag }: Ref): Version | undefined {
  if (tag !== null) return taggedVersion(workspace, type, name, tag);
  const uid = active[`${type}:${name}`];
  return uid === undefined ? undefined : versionOf(workspace, uid);
}

/** Exact, else without its region, else the version's own. */
export function pickLocale({ contents, locale }: Version, wanted: string | null): string {
  if (wanted === null) return locale;
  const shorter = wanted.split('-')[0] ?? wanted;
  return contents[wanted] !== undefined ? wanted : contents[shorter] !== undefined ? shorter : locale;
}

const textsIn = (version: Version, wanted: string): Piece[][] => version.contents[pickLocale(version, wanted)] ?? [];

const DEEPEST = 5;

/** The texts of a version with all its includes in their places; null where that cannot be. */
export function textsServed(workspace: Workspace, active: Active, root: Version, locale: string): string[] | null {
  const fill = (text: Piece[], chain: number[]): string | null => {
    let filled = '';
    for (const piece of text) {
      const part = typeof piece === 'string' ? piece : include(piece, chain);
      if (part === null) return null;
      filled += part;
    }
    return filled;
  };
  const include = (ref: Ref, chain: number[]): string | null => {
    const version = lookUp(workspace, active, ref);
    if (version === undefined || version.kind === 'chat') return null;
    if (chain.includes(version.uid) || chain.length > DEEPEST) return null;
    return fill(textsIn(version, locale)[0] ?? [], [...chain, version.uid]);
  };
  const texts = textsIn(root, locale).map((text) => fill(text, [root.uid]));
  return texts.includes(null) ? null : (texts as string[]);
}

/** Whether everything that is active could be served in each of its locales, with what is beside it. */
export const isWhole = (workspace: Workspace, active: Active, beside: Beside): boolean =>
  [...Object.values(active), ...Object.values(beside).flat()].every((uid) => {
    const version = versionOf(workspace, uid);
    return Object.keys(version.contents).every((locale) => textsServed(workspace, active, version, locale) !== null);
  });

const refsOf = ({ contents }: Version): Ref[] =>
  Object.values(contents).flatMap((texts) => texts.flat().filter((piece) => typeof piece !== 'string'));

/** The versions that come inside by a tag, in any locale, directly or through one that does. */
export function pinsOf(workspace: Workspace, uids: readonly number[]): number[] {
  const pins = new Set<number>();
  const queue = uids.map((uid) => versionOf(workspace, uid));
  for (const from of queue) {
    for (const { type, name, tag } of refsOf(from)) {
      const pinned = tag === null ? undefined : taggedVersion(workspace, type, name, tag);
      if (pinned === undefined || pins.has(pinned.uid)) continue;
      pins.add(pinned.uid);
      queue.push(pinned);
    }
  }
  return [...pins].toSorted((a, b) => a - b);
}

/** Everything active that a version leans on, by `type:name`, whether it is there or not, in any locale. */
export function leansOn(workspace: Workspace, active: Active, root: Version): Set<string> {
  const names = new Set<string>();
  const seen = new Set<number>();
  const queue = [root];
  for (const version of queue) {
    if (seen.has(version.uid)) continue;
    seen.add(version.uid);
    for (const ref of refsOf(version)) {
      if (ref.tag === null) names.add(`${ref.type}:${ref.name}`);
      const next = lookUp(workspace, active, ref);
      if (next !== undefined) queue.push(next);
    }
  }
  return names;
}

const ENDED: readonly Status[] = ['rejected', 'cancelled', 'failed'];

/** Whether a deployment refers to a version, so that it is not translated any more. */
export const isLocked = ({ deployments }: Workspace, uid: number): boolean =>
  deployments.some(
    ({ status, items, pins }) => !ENDED.includes(status) && (versionsIn(items).includes(uid) || pins.includes(uid)),
  );

/** Whether an entry is active anywhere, by itself or inside another. */
export const isHeld = (workspace: Workspace, { uid }: Entry): boolean =>
  Object.values(workspace.environments).some(({ holds }) =>
    Object.values(holds).some((held) => held.some((version) => versionOf(workspace, version).entry === uid)),
  );

/** Everybody who wrote any of a deployment's versions or translations. */
export function authorsOf(workspace: Workspace, { items, pins }: Pick<Deployment, 'items' | 'pins'>): Set<PersonName> {
  const uids = [...versionsIn(items), ...pins];
  return new Set(uids.flatMap((uid) => versionOf(workspace, uid).authors));
}
