import { canonicalJson, sha256 } from '../../kernel/canonical-json.ts';
import { BUNDLE_MAX, bytesOf } from './bundle.ts';
import type { Bundle } from './bundle.ts';
import {
  affectedItems,
  by,
  countDependants,
  distinctChanges,
  entryKey,
  explainMissing,
  itemsAfter,
  removedPrompts,
  startsOf,
  versionsOf,
} from './changes.ts';
import type { Finding, Item, PlanInput, Removed } from './changes.ts';
import { fallbackFindings } from './fallbacks.ts';
import { includersIn, keyOf, labelOf, pinsOf, reachersOf, referenceReader } from './references.ts';
import { MAX_FINDINGS, resolveVersion, tooLarge } from './resolve.ts';
import type { Moment, Problem, Resolved } from './resolve.ts';
import { compareVariables, mergeVariables } from './variables.ts';
import type { VariableChanges } from './variables.ts';

export type { ActiveItem, Deployable, Finding, PlanInput, PlannedChange } from './changes.ts';
export type { ActiveModel, LoadedRevision } from './revision.ts';
export { requiredReferences } from './references.ts';

export type BundleBody = Omit<Bundle, 'deploymentId' | 'generation'>;

export interface Plan {
  /** Every prompt that must be served anew, null where it is served no longer. By name. */
  bundles: { name: string; promptId: string; body: BundleBody | null }[];
  /** The versions that come inside the changed items by a tag. */
  pinnedVersionIds: string[];
  /** The same for each entry that is active or changed. */
  pinnedBy: { entryId: string; versionIds: string[] }[];
  /** For each change: how many others that are active would include it, directly or not. */
  dependants: { entryId: string; count: number }[];
  /** For each changed prompt that is served now and whose present includes are all known: what its callers must do differently. */
  variableChanges: ({ entryId: string } & VariableChanges)[];
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
  const includers = includersIn(versions, referencesOf);
  const affected = affectedItems(items, reachersOf(includers, startsOf(changes, input.active)));
  const draft: Draft = {
    input,
    after: { versions, explain: (reference) => explainMissing(reference, changes, input.environment.name) },
    affected,
    removed: removedPrompts(changes, input.active, items),
    findings,
    seen: new Set(),
  };
  const pins = new Map([...items.values()].map((item) => [item.entryId, pinsOf(item.version, versions, referencesOf)]));
  const dependants = changes.map((change) => ({
    entryId: change.entryId,
    count: countDependants(change, items, includers),
  }));
  findings.push(...fallbackFindings(changes, input.models, input.environment.name));
  const built = buildAll(draft);
  const changedIds = new Set(changes.map(({ entryId }) => entryId));
  return {
    ...built,
    pinnedVersionIds: [...new Set([...pins].flatMap(([id, ids]) => (changedIds.has(id) ? ids : [])))].toSorted(),
    pinnedBy: [...pins]
      .map(([entryId, versionIds]) => ({ entryId, versionIds }))
      .toSorted(by(({ entryId }) => entryId)),
    dependants,
    findings: findings.slice(0, MAX_FINDINGS),
  };
}

function buildAll(draft: Draft): Pick<Plan, 'bundles' | 'variableChanges'> {
  const prompts = draft.affected.filter(({ type }) => type === 'prompt');
  if (prompts.length > MAX_AFFECTED) {
    const message = `${prompts.length} prompts would be served anew, ${MAX_AFFECTED} at most are possible at once. Include with a tag where the active version need not be followed.`;
    draft.findings.push({ path: 'items', code: 'too_many_dependants', message });
    return { bundles: [], variableChanges: [] };
  }
  const bundles: Plan['bundles'] = draft.removed.map((removed) => ({ ...removed, body: null }));
  const variableChanges: Plan['variableChanges'] = [];
  let left = PLAN_MAX_BYTES;
  for (const item of draft.affected) {
    if (draft.findings.length >= MAX_FINDINGS) break;
    const resolved = resolveVersion(draft.after, item.version);
    for (const problem of resolved.problems) report(draft, item, problem);
    left -= resolved.bytes;
    if (left < 0) {
      draft.findings.push({
        path: 'items',
        code: 'bundles_too_large',
        message: tooLargeTogether(draft.affected.length),
      });
      break;
    }
    if (item.type !== 'prompt' || resolved.problems.length > 0) continue;
    const { body, bytes } = toBundle(item, resolved);
    if (bytes > BUNDLE_MAX) report(draft, item, tooLarge(item.version));
    bundles.push({ name: item.name, promptId: item.entryId, body });
    const changes = item.changed ? comparedWithNow(draft, item, body) : null;
    if (changes !== null) variableChanges.push({ entryId: item.entryId, ...changes });
  }
  return { bundles: bundles.toSorted(by(({ name }) => name)), variableChanges };
}

function tooLargeTogether(count: number): string {
  return `The ${count} prompts and assets that change with this deployment are larger than ${PLAN_MAX_BYTES} bytes together. Deploy fewer items at once, or include less.`;
}

function report({ findings, seen }: Draft, { path }: Item, { code, message, signature }: Problem): void {
  if (seen.has(signature)) return;
  seen.add(signature);
  findings.push({ path, code, message });
}

function toBundle({ name, entryId, version }: Item, resolved: Resolved): { body: BundleBody; bytes: number } {
  const { tag, versionId, kind, locale, model } = version;
  const { locales } = resolved;
  const texts = Object.values(locales).flatMap((content) =>
    'text' in content ? [content.text] : content.messages.map((message) => message.content),
  );
  const variables = mergeVariables(resolved.parts, texts);
  const served = { name, promptId: entryId, tag, versionId, kind, locale, locales, variables, model };
  const json = canonicalJson(served);
  return { body: { ...served, contentHash: sha256(json) }, bytes: bytesOf(json) };
}

/** What changes for the callers of a prompt, or null when it is not served now or its present includes are not known. */
function comparedWithNow({ input }: Draft, item: Item, body: BundleBody): VariableChanges | null {
  const active = input.active.find(({ entryId }) => entryId === item.entryId);
  if (active === undefined) return null;
  const versions = new Map(input.active.map((other) => [entryKey(other), other.version]));
  for (const version of input.pinned) versions.set(keyOf(version), version);
  const now = resolveVersion({ versions, explain: labelOf }, active.version);
  if (now.problems.length > 0) return null;
  return compareVariables(toBundle({ ...item, version: active.version }, now).body.variables, body.variables);
}
