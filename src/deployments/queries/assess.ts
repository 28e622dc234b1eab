import { type LoadedVersion, loadVersionsById } from '../../content/public.ts';
import type { Environment, RiskLevel } from '../../environments/public.ts';
import type { ErrorItem } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { ItemType, RiskReason } from '../domain/deployment.ts';
import { type ActiveItem, type Plan, planActivation, type PlannedChange, requiredReferences } from '../domain/plan.ts';
import { assessRisk } from '../domain/risk.ts';
import { readSurroundings, type Surroundings } from '../repo/activations.ts';

/** A change by its version's id; the version itself where it is at hand. */
export interface ChangeRef {
  type: ItemType;
  entryId: string;
  name: string;
  versionId: string | null;
  version?: LoadedVersion | null;
}

/** What a deployment would do to its environment as it is now. */
export interface Assessment {
  /** With their versions; one whose version is gone is not here, but among the findings. */
  changes: PlannedChange[];
  surroundings: Surroundings;
  plan: Plan;
  risk: { level: RiskLevel; reasons: RiskReason[]; items: RiskLevel[] };
  /** What is active now in each change's place. */
  previous: (LoadedVersion | null)[];
  /** Versions with a tag in an include, which come inside. */
  pinned: LoadedVersion[];
  findings: readonly ErrorItem[];
}

/**
 * Reads everything the changes touch, plans what would be served, and weighs it. Two round trips for any number of
 * items, in a tenant of any size.
 */
export async function assess(
  context: TenantContext,
  environment: Environment,
  refs: readonly ChangeRef[],
  declared: RiskLevel | null,
): Promise<Assessment> {
  const { db, scope } = context;
  const surroundings = await readSurroundings(
    db,
    scope,
    environment.id,
    refs.map(({ entryId, type, name, versionId }) => ({ entryId, type, name, versionId })),
  );
  const wanted = [
    ...refs.flatMap(({ version, versionId }) => (version === undefined ? (versionId ?? []) : [])),
    ...surroundings.active.map((row) => row.versionId),
    ...surroundings.pinnedVersionIds,
  ];
  const versions = await loadVersionsById(db, scope, [...new Set(wanted)]);
  const loaded = new Map(versions.map((version) => [version.versionId, version]));
  const { changes, missing } = withVersions(refs, loaded, surroundings.deleted);
  const active = surroundings.active.flatMap((row): ActiveItem[] => {
    const version = loaded.get(row.versionId);
    const { type, entryId, name, deploymentId, fromGeneration: generation } = row;
    return version === undefined ? [] : [{ type, entryId, name, version, deploymentId, generation }];
  });
  const pinned = surroundings.pinnedVersionIds.flatMap((id) => loaded.get(id) ?? []);
  const { name, kind } = environment;
  const plan = planActivation({ environment: { name, kind }, changes, active, pinned });
  const previous = changes.map((change) => active.find((item) => item.entryId === change.entryId)?.version ?? null);
  const dependants = dependantCounter(active);
  const risk = assessRisk({
    environment: { name, kind },
    changes: changes.map((change, i) => ({
      change,
      previous: previous[i] ?? null,
      everActiveInProduction: surroundings.everInProduction.has(change.entryId),
      dependants: dependants(change),
    })),
    ...(declared === null ? {} : { declared }),
    plan,
  });
  return { changes, surroundings, plan, risk, previous, pinned, findings: [...missing, ...plan.findings] };
}

function withVersions(
  refs: readonly ChangeRef[],
  loaded: ReadonlyMap<string, LoadedVersion>,
  deleted: ReadonlySet<string>,
) {
  const changes: PlannedChange[] = [];
  const missing: ErrorItem[] = [];
  refs.forEach(({ type, entryId, name, versionId, version: given }, i) => {
    const version = given ?? (versionId === null ? null : loaded.get(versionId));
    if (version === undefined || (version !== null && deleted.has(entryId))) {
      missing.push({ path: `items[${i}]`, code: 'item_missing', message: `${type} ${name} was deleted` });
    } else changes.push({ type, entryId, name, version });
  });
  return { changes, missing };
}

type Named = Pick<PlannedChange, 'type' | 'name'>;

/** Counts the active items that are served with something inside, directly or through others. */
function dependantCounter(active: readonly ActiveItem[]): (target: Named) => number {
  const including = new Map<string, ActiveItem[]>();
  for (const item of active) {
    for (const reference of requiredReferences([item.version])) {
      if (reference.tag === null) including.set(keyOf(reference), [...(including.get(keyOf(reference)) ?? []), item]);
    }
  }
  return (target) => {
    const found = new Set<string>();
    const walk = (key: string): void => {
      for (const item of including.get(key) ?? []) {
        if (found.has(keyOf(item)) || keyOf(item) === keyOf(target)) continue;
        found.add(keyOf(item));
        walk(keyOf(item));
      }
    };
    walk(keyOf(target));
    return found.size;
  };
}

const keyOf = ({ type, name }: Named): string => `${type}:${name}`;
