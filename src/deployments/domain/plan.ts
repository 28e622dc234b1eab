import type { LoadedVersion } from '../../content/public.ts';
import { type BundleBody, BUNDLE_MAX } from './bundle.ts';
import {
  affectedItems,
  by,
  countDependants,
  distinctChanges,
  explainMissing,
  itemsAfter,
  removedPrompts,
  startsOf,
  variantsOf,
  versionsOf,
} from './changes.ts';
import type { Finding, Item, PlanInput, Removed } from './changes.ts';
import { compareWithNow, firstThrough, nowOf, withThrough } from './compare-with-now.ts';
import type { Comparison, Now, ServedChange, VariableChange } from './compare-with-now.ts';
import { versionsIn } from './experiment.ts';
import { fallbackFindings } from './fallbacks.ts';
import { includersIn, pinsOf, reachersOf, referenceReader } from './references.ts';
import { MAX_FINDINGS, resolveVersion, tooLarge, tooLargeWithVariants } from './resolve.ts';
import type { Moment, Problem, Resolved } from './resolve.ts';
import { type Parts, toBundle } from './to-bundle.ts';

export type { ActiveItem, Deployable, Finding, PlanInput, PlannedChange } from './changes.ts';
export type { ServedChange } from './compare-with-now.ts';
export type { ActiveModel, LoadedRevision } from './revision.ts';
export { requiredReferences } from './references.ts';

export interface Plan {
  /** Every prompt that must be served anew, null where it is served no longer. By name. */
  bundles: { name: string; promptId: string; body: BundleBody | null }[];
  /** The versions that come inside the changed items by a tag. */
  pinnedVersionIds: string[];
  /** The same for each entry that is active or changed. */
  pinnedBy: { entryId: string; versionIds: string[] }[];
  /** For each change: how many others that are active would include it, directly or not. */
  dependants: { entryId: string; count: number }[];
  /**
   * For each changed prompt that is served now and whose present includes are all known: what its callers must do
   * differently where one version takes another one's place.
   */
  variableChanges: VariableChange[];
  /** For each prompt that is served now and will be: which of its versions change much in what is served of them. */
  servedChanges: ServedChange[];
  /** Empty when all fits together. At most 100. */
  findings: Finding[];
}

/** So many prompts are served anew by one deployment at most. */
export const MAX_AFFECTED = 500;
/** And so many bytes of text are put together: an isolate has 128 MB for everything. */
const PLAN_MAX_BYTES = 32 * 1024 * 1024;

interface Draft {
  input: PlanInput;
  after: Moment;
  now: Now;
  /** The prompts and assets whose text may come out differently: the changes first, then what else is active, by name. */
  affected: Item[];
  removed: Removed[];
  findings: Finding[];
  seen: Set<string>;
}

/**
 * What would be served if these changes were made, and why they cannot be. The same whatever the order of `active` and
 * `pinned`. Nothing is built when more than 500 prompts are affected.
 */
export function planActivation(input: PlanInput): Plan {
  const findings: Finding[] = [];
  const changes = distinctChanges(input.changes, findings);
  const items = itemsAfter(changes, input.active, findings);
  const versions = versionsOf(items.values(), input.pinned);
  const referencesOf = referenceReader();
  const includers = includersIn([...versions, ...variantsOf(items.values())], referencesOf);
  const affected = affectedItems(items, reachersOf(includers, startsOf(changes, input.active)));
  const draft: Draft = {
    input,
    after: { versions, explain: (reference) => explainMissing(reference, changes, input.environment.name) },
    now: nowOf(input),
    affected,
    removed: removedPrompts(changes, input.active, items),
    findings,
    seen: new Set(),
  };
  const pins = new Map(
    [...items.values()].map(({ entryId, version, experiment }) => [
      entryId,
      pinsOf([version, ...versionsIn(experiment)], versions, referencesOf),
    ]),
  );
  const dependants = changes.map((change) => ({
    entryId: change.entryId,
    count: countDependants(change, items, includers),
  }));
  findings.push(...fallbackFindings(changes, input.models, input.environment.name));
  const built = buildAll(draft);
  const changedIds = new Set(changes.map(({ entryId }) => entryId));
  const through = (): Map<string, string> => firstThrough(changes, input.active, items, includers);
  return {
    ...built,
    servedChanges: withThrough(built.servedChanges, changedIds, through),
    pinnedVersionIds: [...new Set([...pins].flatMap(([id, ids]) => (changedIds.has(id) ? ids : [])))].toSorted(),
    pinnedBy: [...pins]
      .map(([entryId, versionIds]) => ({ entryId, versionIds }))
      .toSorted(by(({ entryId }) => entryId)),
    dependants,
    findings: findings.slice(0, MAX_FINDINGS),
  };
}

function buildAll(draft: Draft): Pick<Plan, 'bundles'> & Comparison {
  const prompts = draft.affected.filter(({ type }) => type === 'prompt');
  if (prompts.length > MAX_AFFECTED) {
    const message = `${prompts.length} prompts would be served anew, ${MAX_AFFECTED} at most are possible at once. Include with a tag where the active version need not be followed.`;
    draft.findings.push({ path: 'items', code: 'too_many_dependants', message });
    return { bundles: [], variableChanges: [], servedChanges: [] };
  }
  const bundles: Plan['bundles'] = draft.removed.map((removed) => ({ ...removed, body: null }));
  const compared: Comparison = { variableChanges: [], servedChanges: [] };
  let left = PLAN_MAX_BYTES;
  for (const item of draft.affected) {
    if (draft.findings.length >= MAX_FINDINGS) break;
    const { parts, bytes } = resolveItem(draft, item);
    left -= bytes;
    if (left < 0) {
      draft.findings.push({
        path: 'items',
        code: 'bundles_too_large',
        message: tooLargeTogether(draft.affected.length),
      });
      break;
    }
    if (item.type !== 'prompt' || parts === null) continue;
    const { body, size } = toBundle(item, parts, item.experiment?.weight);
    if (size > BUNDLE_MAX) report(draft, item.path, sizeProblem(item));
    bundles.push({ name: item.name, promptId: item.entryId, body });
    compareWithNow(draft.now, item, body, compared);
  }
  return { bundles: bundles.toSorted(by(({ name }) => name)), ...compared };
}

/** Resolves all that an item is served in, as long as it may fit. @returns no parts where it cannot be served */
function resolveItem(draft: Draft, item: Item): { parts: Parts | null; bytes: number } {
  const resolve = (version: LoadedVersion, path: string): Resolved => {
    const resolved = resolveVersion(draft.after, version);
    for (const problem of resolved.problems) report(draft, path, problem);
    return resolved;
  };
  const own = resolve(item.version, item.path);
  const parts: Parts = [{ version: item.version, resolved: own }];
  let { bytes } = own;
  for (const { version, weight, position } of item.experiment?.variants ?? []) {
    const resolved = resolve(version, item.changed ? `${item.path}.variants[${position}]` : item.path);
    parts.push({ version, resolved, weight });
    bytes += resolved.bytes;
    if (bytes <= BUNDLE_MAX) continue;
    report(draft, item.path, tooLargeWithVariants(item.version));
    return { parts: null, bytes };
  }
  return { parts: parts.every(({ resolved }) => resolved.problems.length === 0) ? parts : null, bytes };
}

function tooLargeTogether(count: number): string {
  return `The ${count} prompts and assets that change with this deployment are larger than ${PLAN_MAX_BYTES} bytes together. Deploy fewer items at once, or include less.`;
}

const sizeProblem = ({ version, experiment }: Item): Problem =>
  experiment === null ? tooLarge(version) : tooLargeWithVariants(version);

function report({ findings, seen }: Draft, path: string, { code, message, signature }: Problem): void {
  if (seen.has(signature)) return;
  seen.add(signature);
  findings.push({ path, code, message });
}
