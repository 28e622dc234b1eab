import { type LoadedVersion, loadVersionsById } from '../../content/public.ts';
import type { Environment, RiskLevel } from '../../environments/public.ts';
import type { ErrorItem } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { ItemType, RiskReason } from '../domain/deployment.ts';
import type { Experiment, LoadedExperiment } from '../domain/experiment.ts';
import { type ActiveItem, type Deployable, type Plan, planActivation, type PlannedChange } from '../domain/plan.ts';
import { assessRisk } from '../domain/risk.ts';
import { readSurroundings, type Surroundings } from '../repo/activations.ts';
import { judge } from './evaluations.ts';

/** A change by its versions' ids; the versions themselves where they are at hand. */
export interface ChangeRef {
  type: ItemType;
  entryId: string;
  name: string;
  versionId: string | null;
  version?: Deployable;
  /** What is served beside it. */
  experiment: { weight: number; variants: readonly VariantRef[] } | null;
  /** Where it stands in the request, for findings: `items[2]`. */
  path: string;
}

export interface VariantRef {
  versionId: string;
  version?: LoadedVersion;
  weight: number;
  /** Its place in the request, where that is not its place here. */
  position?: number;
}

/** What a deployment would do to its environment as it is now. */
export interface Assessment {
  /** With their versions; one whose version is gone is not here, but among the findings. */
  changes: PlannedChange[];
  surroundings: Surroundings;
  plan: Plan;
  risk: { level: RiskLevel; reasons: RiskReason[]; items: RiskLevel[] };
  /** What is active now in each change's place, and what is served beside it. */
  previous: { version: Deployable | null; experiment: Experiment | null }[];
  /** Versions with a tag in an include, which come inside. */
  pinned: LoadedVersion[];
  findings: readonly ErrorItem[];
  /** What the environment requires of evaluations and does not find. A rollback goes without. */
  unscored: readonly ErrorItem[];
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
    refs.map(({ entryId, type, name, versionId, experiment }) => {
      const variantIds = (experiment?.variants ?? []).map((variant) => variant.versionId);
      return { entryId, type, name, versionId, variantIds };
    }),
  );
  const wanted = [
    ...refs.flatMap((ref) => (ref.type === 'model' || ref.version !== undefined ? [] : (ref.versionId ?? []))),
    ...refs.flatMap((ref) => (ref.experiment?.variants ?? []).flatMap((one) => (one.version ? [] : one.versionId))),
    ...surroundings.active.flatMap((row) => (row.type === 'model' ? [] : idsOf(row))),
    ...surroundings.pinnedVersionIds,
  ];
  const versions = await loadVersionsById(db, scope, [...new Set(wanted)]);
  const loaded = new Map(versions.map((version) => [version.versionId, version]));
  const deployable = new Map<string, Deployable>(
    [...versions, ...surroundings.revisions].map((each) => [each.versionId, each]),
  );
  const { changes, paths, missing } = withVersions(refs, deployable, surroundings.deleted);
  const active = surroundings.active.flatMap((row): ActiveItem[] => {
    const version = loaded.get(row.versionId);
    const { type, entryId, name, deploymentId, fromGeneration: generation } = row;
    const experiment = withLoaded(row.experiment, loaded);
    return type === 'model' || version === undefined || experiment === undefined
      ? []
      : [{ type, entryId, name, version, experiment, deploymentId, generation }];
  });
  const pinned = surroundings.pinnedVersionIds.flatMap((id) => loaded.get(id) ?? []);
  const { name, kind } = environment;
  const plan = planActivation({ environment: { name, kind }, changes, active, pinned, models: surroundings.models });
  const activeRows = new Map(surroundings.active.map((row) => [row.entryId, row]));
  const previous = changes.map(({ entryId }) => {
    const row = activeRows.get(entryId);
    return { version: deployable.get(row?.versionId ?? '') ?? null, experiment: row?.experiment ?? null };
  });
  const activeIds = new Map(surroundings.active.map((row) => [row.entryId, row.versionId]));
  const { missing: unscored, regressions } = judge(surroundings.evaluations, name, refs, deployable, activeIds);
  const risk = assessRisk({
    environment: { name, kind },
    changes: changes.map((change, i) => ({
      change,
      previous: previous[i]?.version ?? null,
      previousVariants: (previous[i]?.experiment?.variants ?? []).flatMap(
        ({ versionId }) => loaded.get(versionId) ?? [],
      ),
      everActiveInProduction: surroundings.everInProduction.has(change.entryId),
      dependants: plan.dependants.find(({ entryId }) => entryId === change.entryId)?.count ?? 0,
      regressions: regressions.get(change.entryId) ?? [],
    })),
    ...(declared === null ? {} : { declared }),
    plan,
  });
  // The plan counts the changes that are there; the caller counts those that were asked for.
  const findings = plan.findings.map((finding) => ({
    ...finding,
    path: finding.path.replace(/^items\[(\d+)\]/, (path, i: string) => paths[Number(i)] ?? path),
  }));
  return { changes, surroundings, plan, risk, previous, pinned, findings: [...missing, ...findings], unscored };
}

function withVersions(
  refs: readonly ChangeRef[],
  loaded: ReadonlyMap<string, Deployable>,
  deleted: ReadonlySet<string>,
) {
  const changes: PlannedChange[] = [];
  const paths: string[] = [];
  const missing: ErrorItem[] = [];
  for (const { type, entryId, name, versionId, version: given, experiment: beside, path } of refs) {
    const version = given ?? (versionId === null ? null : loaded.get(versionId));
    const experiment = withLoaded(beside, loaded);
    if (version === undefined || experiment === undefined || (version !== null && deleted.has(entryId))) {
      missing.push({ path, code: 'item_missing', message: `${type} ${name} was deleted` });
      continue;
    }
    changes.push({ type, entryId, name, version, experiment });
    paths.push(path);
  }
  return { changes, paths, missing };
}

const idsOf = ({ versionId, experiment }: { versionId: string; experiment: Experiment | null }): string[] => [
  versionId,
  ...(experiment?.variants ?? []).map((variant) => variant.versionId),
];

/** An experiment with its versions; undefined where one of them is gone. */
function withLoaded(
  experiment: ChangeRef['experiment'],
  loaded: ReadonlyMap<string, Deployable>,
): LoadedExperiment | null | undefined {
  if (experiment === null) return null;
  const variants = experiment.variants.flatMap(({ versionId, version: given, weight, position }, i) => {
    const version = given ?? loaded.get(versionId);
    return version === undefined || version.type === 'model' ? [] : [{ version, weight, position: position ?? i }];
  });
  return variants.length < experiment.variants.length ? undefined : { weight: experiment.weight, variants };
}
