import type { EntryType, LoadedVersion } from '../../content/public.ts';
import type { EnvironmentKind } from '../../environments/public.ts';
import type { ItemType } from './deployment.ts';
import type { ActiveModel, LoadedRevision } from './revision.ts';
import { type LoadedExperiment, versionsIn } from './experiment.ts';
import { keyOf, labelOf, reachersOf } from './references.ts';
import type { Reference } from './references.ts';

/** What can become active: a version of a prompt or asset, or a model's revision. */
export type Deployable = LoadedVersion | LoadedRevision;

/** One thing that a deployment makes active. */
export interface PlannedChange {
  type: ItemType;
  entryId: string;
  name: string;
  /** Null: no longer active (a rollback to nothing). */
  version: Deployable | null;
  /** The versions that are served beside it; null: none. Of prompts only. */
  experiment: LoadedExperiment | null;
}

/** A prompt or asset that is active now. */
export interface ActiveItem {
  type: EntryType;
  entryId: string;
  name: string;
  version: LoadedVersion;
  experiment: LoadedExperiment | null;
  deploymentId: string;
  generation: number;
}

export interface PlanInput {
  environment: { name: string; kind: EnvironmentKind };
  changes: PlannedChange[];
  /**
   * All prompts and assets active that matter: the changed entries' current versions, all that (transitively) include them without
   * a tag, and all that the changed versions and those dependants (transitively) include without a tag.
   */
  active: ActiveItem[];
  /** The versions that are included with a tag, transitively. */
  pinned: LoadedVersion[];
  /** All models that are active; not needed where none changes. */
  models: readonly ActiveModel[];
}

/** One incompatibility: an item of a 422 `incompatible`. */
export interface Finding {
  /** `items[2]`, or `type:name` for what is active already. */
  path: string;
  code: string;
  message: string;
}

/** An entry that is active once the changes are made. */
export interface Item {
  type: ItemType;
  entryId: string;
  name: string;
  /** The version under the name that the environment knows it by. */
  version: LoadedVersion;
  experiment: LoadedExperiment | null;
  path: string;
  changed: boolean;
}

export const by =
  <T>(text: (value: T) => string) =>
  (a: T, b: T): number =>
    text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0;

export const entryKey = ({ type, name }: { type: ItemType; name: string }): string => keyOf({ type, name, tag: null });

/** A change and its place in the request. */
export interface Change extends PlannedChange {
  position: number;
}

export function distinctChanges(changes: readonly PlannedChange[], findings: Finding[]): Change[] {
  const distinct = new Map<string, Change>();
  for (const [position, change] of changes.entries()) {
    const first = distinct.get(change.entryId);
    if (first === undefined) distinct.set(change.entryId, { ...change, position });
    else findings.push(duplicate(position, change, first.position));
  }
  return [...distinct.values()];
}

function duplicate(position: number, { type, name }: PlannedChange, first: number): Finding {
  const message = `${type}:${name} is already items[${first}]: name each item once.`;
  return { path: `items[${position}]`, code: 'duplicate_item', message };
}

/**
 * What is active once the changes are made, by key: the changes first, then the rest by name. No models: nothing
 * includes them, and no bundle holds them.
 */
export function itemsAfter(
  changes: readonly Change[],
  active: readonly ActiveItem[],
  findings: Finding[],
): Map<string, Item> {
  const changedIds = new Set(changes.map(({ entryId }) => entryId));
  const items = new Map<string, Item>();
  for (const item of active.toSorted(by(entryKey))) {
    if (changedIds.has(item.entryId)) continue;
    items.set(entryKey(item), toItem(item, item.version, { path: `${item.type}:${item.name}`, changed: false }));
  }
  const ordered = new Map<string, Item>();
  for (const change of changes) {
    if (change.version === null || change.version.type === 'model') continue;
    const key = entryKey(change);
    const path = `items[${change.position}]`;
    if (items.has(key) || ordered.has(key)) {
      const message = `Another ${change.type} is already active as ${change.name}.`;
      findings.push({ path, code: 'name_taken', message });
    } else ordered.set(key, toItem(change, change.version, { path, changed: true }));
  }
  return new Map([...ordered, ...items]);
}

function toItem(
  { type, entryId, name, experiment }: Omit<PlannedChange, 'version'>,
  version: LoadedVersion,
  where: { path: string; changed: boolean },
): Item {
  const named = (of: LoadedVersion): LoadedVersion => (of.name === name ? of : { ...of, name });
  const variants = experiment?.variants.map((variant) => ({ ...variant, version: named(variant.version) })) ?? [];
  return {
    type,
    entryId,
    name,
    version: named(version),
    experiment: experiment === null ? null : { weight: experiment.weight, variants },
    ...where,
  };
}

/** What includes stand for: the versions that are active, each item's own, and those with a tag. */
export function versionsOf(items: Iterable<Item>, pinned: readonly LoadedVersion[]): Map<string, LoadedVersion> {
  const versions = new Map([...items].map((item) => [entryKey(item), item.version]));
  for (const version of pinned) versions.set(keyOf(version), version);
  return versions;
}

/** Variants by keys of their own, for no include stands for one. */
export const variantsOf = (items: Iterable<Item>): [key: string, version: LoadedVersion][] =>
  [...items].flatMap((item) =>
    versionsIn(item.experiment).map((version): [string, LoadedVersion] => [variantKey(item, version), version]),
  );

const variantKey = (item: Item, { versionId }: LoadedVersion): string => `${entryKey(item)}|${versionId}`;

/** Where the search for who is affected begins: the names of the changes, those they are active under now included. */
export function startsOf(changes: readonly Change[], active: readonly ActiveItem[]): Set<string> {
  const changedIds = new Set(changes.map(({ entryId }) => entryId));
  return new Set([...changes, ...active.filter(({ entryId }) => changedIds.has(entryId))].map(entryKey));
}

/** Those that are reached by themselves, or by one of their variants. */
export function affectedItems(items: ReadonlyMap<string, Item>, reached: ReadonlySet<string>): Item[] {
  return [...items].flatMap(([key, item]) => {
    const keys = [key, ...versionsIn(item.experiment).map((version) => variantKey(item, version))];
    return keys.some((each) => reached.has(each)) ? [item] : [];
  });
}

export function countDependants(
  change: Change,
  items: ReadonlyMap<string, Item>,
  includers: ReadonlyMap<string, readonly string[]>,
): number {
  const reached = affectedItems(items, reachersOf(includers, [entryKey(change)]));
  return reached.filter(({ entryId }) => entryId !== change.entryId).length;
}

/** A prompt that is served no longer. */
export interface Removed {
  name: string;
  promptId: string;
}

export function removedPrompts(
  changes: readonly Change[],
  active: readonly ActiveItem[],
  items: ReadonlyMap<string, Item>,
): Removed[] {
  const changedIds = new Set(changes.map(({ entryId }) => entryId));
  const before = active.filter(({ entryId }) => changedIds.has(entryId));
  const gone = [...changes.filter(({ version }) => version === null), ...before].filter(
    (item) => item.type === 'prompt' && !items.has(entryKey(item)),
  );
  return [...new Map(gone.map(({ name, entryId }) => [name, { name, promptId: entryId }])).values()];
}

export function explainMissing(reference: Reference, changes: readonly Change[], environment: string): string {
  const label = labelOf(reference);
  if (reference.tag !== null) return `${label} does not exist.`;
  const change = changes.find(({ type, name }) => type === reference.type && name === reference.name);
  if (change !== undefined)
    return `${label} is no longer active after items[${change.position}], and is still included.`;
  return `${label} is neither active in ${environment} nor part of this deployment. Deploy it too, or include it with a tag.`;
}
