import type { LoadedVersion } from '../../content/public.ts';
import type { BundleBody } from './bundle.ts';
import { affectedItems, entryKey, startsOf } from './changes.ts';
import type { ActiveItem, Change, Item, PlanInput } from './changes.ts';
import { type Served, stepsBetween, versionsIn } from './experiment.ts';
import { keyOf, labelOf, reachersOf } from './references.ts';
import { type Moment, resolveVersion } from './resolve.ts';
import { newCompareBudget, servedChange } from './served-change.ts';
import type { CompareBudget, LargestChanges, ServedText } from './served-change.ts';
import { larger, writtenIn } from './text-change.ts';
import type { TextChange } from './text-change.ts';
import { variablesOf } from './to-bundle.ts';
import { compareVariables } from './variables.ts';
import type { VariableChanges } from './variables.ts';

/** The ids of two versions: one that takes the other's place, or one and the same that includes something else. */
interface Step {
  entryId: string;
  from: string;
  to: string;
}

export type VariableChange = Step & VariableChanges;

/** That what is served of a prompt changes much. */
export interface ServedChange extends Step, LargestChanges {
  name: string;
  /** The tag, where it is a variant that changes. */
  variant: string | null;
  /** The entry of the change that it comes through, where the prompt itself is not among them. */
  through: string | null;
}

/** What is active before the changes, and what may still be compared with it. */
export interface Now {
  moment: Moment;
  active: ReadonlyMap<string, ActiveItem>;
  budget: CompareBudget;
}

/** What stands for what: active items for themselves, and what is included with a tag for that. */
export function nowOf({ active, pinned }: PlanInput): Now {
  const versions = new Map(active.map((item) => [entryKey(item), item.version]));
  for (const version of pinned) versions.set(keyOf(version), version);
  return {
    moment: { versions, explain: labelOf },
    active: new Map(active.map((item) => [item.entryId, item])),
    budget: newCompareBudget(),
  };
}

/** What was found of all prompts. */
export interface Comparison {
  variableChanges: VariableChange[];
  servedChanges: Omit<ServedChange, 'through'>[];
}

/**
 * Notes what changes for the callers of a prompt. Nothing is said where it is not served now, or its present includes are
 * not known.
 */
export function compareWithNow(now: Now, item: Item, body: BundleBody, into: Comparison): void {
  const active = now.active.get(item.entryId);
  if (active === undefined) return;
  const served = [body, ...(body.experiment?.variants ?? [])];
  const after = new Map<string, ServedText>(served.map((each) => [each.versionId, each]));
  const before = readerOf(now);
  const [was, becomes] = [servedOf(active), servedOf(item)];
  if (item.changed) into.variableChanges.push(...changedVariables(item, stepsBetween(was, becomes), before, after));
  for (const { from, to, variant, alsoFrom } of item.changed ? changedSteps(was, becomes) : unchangedSteps(becomes)) {
    const next = after.get(to.versionId);
    if (next === undefined) continue;
    const found = [from, ...alsoFrom].flatMap((version) => {
      // Where there is no more time to look, what is written stands for it: it counts as changed.
      const old = now.budget.units.left < 0 ? unresolved(version) : before(version);
      return old === null ? [] : servedChange(old, next, now.budget);
    });
    const system = found.reduce<TextChange | null>((most, each) => larger(most, each.system), null);
    const other = found.reduce<TextChange | null>((most, each) => larger(most, each.other), null);
    if (system === null && other === null) continue;
    const { entryId, name } = item;
    into.servedChanges.push({ entryId, name, from: from.versionId, to: to.versionId, variant, system, other });
  }
}

/** What is served of a version now; null where that is not known. */
type Before = (version: LoadedVersion) => ServedText | null;

function readerOf({ moment, budget }: Now): Before {
  const known = new Map<string, ServedText | null>();
  return (version) => {
    const served = known.get(version.versionId);
    if (served !== undefined) return served;
    const resolved = resolveVersion(moment, version);
    budget.units.left -= resolved.bytes;
    const { locale } = version;
    const { locales, problems } = resolved;
    const found = problems.length > 0 ? null : { locale, locales, variables: variablesOf(resolved) };
    known.set(version.versionId, found);
    return found;
  };
}

function changedVariables(
  { entryId }: Item,
  steps: readonly { from: LoadedVersion; to: LoadedVersion }[],
  before: Before,
  after: ReadonlyMap<string, ServedText>,
): VariableChange[] {
  return steps.flatMap(({ from, to }) => {
    const [old, next] = [before(from), after.get(to.versionId)];
    if (old === null || next === undefined) return [];
    const changes = compareVariables(old.variables, next.variables);
    return [{ entryId, from: from.versionId, to: to.versionId, ...changes }];
  });
}

interface TextStep {
  from: LoadedVersion;
  to: LoadedVersion;
  variant: string | null;
  /** What else it takes the place of for somebody. */
  alsoFrom: LoadedVersion[];
}

/** The steps of a change. A variant that was served already also takes its own place, with what it includes by then. */
function changedSteps(was: Served<LoadedVersion>, becomes: Served<LoadedVersion>): TextStep[] {
  return stepsBetween(was, becomes).map(({ from, to, variant, ends }) => ({
    from,
    to,
    variant,
    alsoFrom: ends ? [] : was.variants.filter(({ versionId }) => versionId === to.versionId),
  }));
}

/** Of a prompt that is none of the changes, each version takes its own place, with what it includes. */
const unchangedSteps = ({ version, variants }: Served<LoadedVersion>): TextStep[] => [
  { from: version, to: version, variant: null, alsoFrom: [] },
  ...variants.map((each) => ({ from: each, to: each, variant: each.tag, alsoFrom: [] })),
];

/** A version as it is written. */
const unresolved = (version: LoadedVersion): ServedText => {
  const { locale, contents } = writtenIn(version);
  return { locale, locales: Object.fromEntries(contents), variables: [] };
};

const servedOf = ({ version, experiment }: Pick<Item, 'version' | 'experiment'>): Served<LoadedVersion> => ({
  version,
  variants: versionsIn(experiment),
});

/** For each entry that some change reaches: the first that does. */
export function firstThrough(
  changes: readonly Change[],
  active: readonly ActiveItem[],
  items: ReadonlyMap<string, Item>,
  includers: ReadonlyMap<string, readonly string[]>,
): Map<string, string> {
  const through = new Map<string, string>();
  for (const change of changes) {
    for (const { entryId } of affectedItems(items, reachersOf(includers, startsOf([change], active))))
      if (!through.has(entryId)) through.set(entryId, change.entryId);
  }
  return through;
}

export function withThrough(
  served: Comparison['servedChanges'],
  changedIds: ReadonlySet<string>,
  find: () => ReadonlyMap<string, string>,
): ServedChange[] {
  const isOwn = ({ entryId }: { entryId: string }): boolean => changedIds.has(entryId);
  const through = served.every(isOwn) ? null : find();
  return served.map((each) => ({ ...each, through: isOwn(each) ? null : (through?.get(each.entryId) ?? null) }));
}
