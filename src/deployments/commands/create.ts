import { loadVersionsByRef } from '../../content/public.ts';
import { findEnvironment, type RiskLevel } from '../../environments/public.ts';
import type { ErrorItem } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { ItemType, MovedDeployment } from '../domain/deployment.ts';
import { remainingWeight } from '../domain/experiment.ts';
import type { Deployable } from '../domain/plan.ts';
import type { ChangeRef, VariantRef } from '../queries/assess.ts';
import { loadRevisionsByRef } from '../repo/models.ts';
import { deployWhenReady } from './auto-deploy.ts';
import { requestDeployment } from './request.ts';

export type RequestedItem =
  | {
      type: 'prompt';
      prompt: string;
      tag: string;
      weight?: number | undefined;
      variants?: readonly { tag: string; weight: number }[] | undefined;
    }
  | { type: 'asset'; asset: string; tag: string }
  | { type: 'model'; model: string; revision: number };

export interface CreateDeployment {
  environment: string;
  items: readonly RequestedItem[];
  title?: string | undefined;
  description?: string | undefined;
  riskLevel?: RiskLevel | undefined;
  autoDeploy?: boolean | undefined;
}

/** Asks for items to become active in an environment. @throws AppError not_found, incompatible with every finding */
export async function createDeployment(context: TenantContext, input: CreateDeployment): Promise<MovedDeployment> {
  const environment = await findEnvironment(context, input.environment);
  const { changes, findings } = await resolveItems(context, input.items);
  const view = await requestDeployment(context, {
    environment,
    changes,
    findings,
    title: input.title ?? null,
    description: input.description ?? null,
    declaredRisk: input.riskLevel ?? null,
    autoDeploy: input.autoDeploy ?? false,
    rollbackOf: null,
    reason: null,
  });
  return deployWhenReady(context, view);
}

interface WantedVersion {
  type: ItemType;
  nameOrId: string;
  tag: string;
  /** Where it stands in the request. */
  path: string;
}

interface Wanted extends WantedVersion {
  weight: number | null;
  variants: (WantedVersion & { weight: number })[];
}

/** What an item names; a model's revision is its tag. */
function refOf(item: RequestedItem, path: string): Wanted {
  const alone = { path, weight: null, variants: [] };
  if (item.type === 'model') return { type: item.type, nameOrId: item.model, tag: String(item.revision), ...alone };
  if (item.type === 'asset') return { type: item.type, nameOrId: item.asset, tag: item.tag, ...alone };
  const named = { type: item.type, nameOrId: item.prompt };
  const variants = (item.variants ?? []).map((variant, i) => ({
    ...named,
    ...variant,
    path: `${path}.variants[${i}]`,
  }));
  return {
    ...named,
    tag: item.tag,
    path,
    variants,
    weight: variants.length === 0 ? null : (item.weight ?? remainingWeight(variants)),
  };
}

/** What was found of what items name, and what is wrong with them. */
interface Resolution {
  /** By `latest`, apart: a version does not tell whether it is the newest. */
  newest: readonly Deployable[];
  tagged: readonly Deployable[];
  changes: ChangeRef[];
  findings: ErrorItem[];
}

async function resolveItems(context: TenantContext, items: readonly RequestedItem[]): Promise<Resolution> {
  const wanted = items.map((item, i) => refOf(item, `items[${i}]`));
  const { db, scope } = context;
  const refs = wanted
    .flatMap((ref) => [ref, ...ref.variants])
    .flatMap(({ type, nameOrId, tag }) => (type === 'model' ? [] : { type, nameOrId, tag }));
  const [newest, tagged, revisions] = await Promise.all([
    loadVersionsByRef(
      db,
      scope,
      refs.filter(({ tag }) => tag === 'latest'),
    ),
    loadVersionsByRef(
      db,
      scope,
      refs.filter(({ tag }) => tag !== 'latest'),
    ),
    loadRevisionsByRef(
      db,
      scope,
      wanted.flatMap(({ type, nameOrId, tag }) => (type === 'model' ? { nameOrId, revision: Number(tag) } : [])),
    ),
  ]);
  const resolution: Resolution = { newest, tagged: [...tagged, ...revisions], changes: [], findings: [] };
  for (const ref of wanted) resolve(resolution, ref);
  return resolution;
}

function resolve(resolution: Resolution, ref: Wanted): void {
  const { changes, findings } = resolution;
  const { type, path } = ref;
  const version = find(resolution, ref);
  if (version === null) return;
  const { entryId, name, versionId } = version;
  if (changes.some((change) => change.entryId === entryId)) {
    findings.push({ path, code: 'item_twice', message: `${type} ${name} stands in this deployment twice` });
    return;
  }
  const served = new Set([version.tag]);
  const variants = ref.variants.flatMap((variant, position): VariantRef[] => {
    const beside = find(resolution, variant);
    if (beside === null || beside.type === 'model') return [];
    if (served.has(beside.tag)) {
      const message = `${type} ${name}@${beside.tag} stands in this item twice: name each version once`;
      findings.push({ path: variant.path, code: 'variant_twice', message });
      return [];
    }
    served.add(beside.tag);
    return [{ versionId: beside.versionId, version: beside, weight: variant.weight, position }];
  });
  const experiment = ref.weight === null ? null : { weight: ref.weight, variants };
  changes.push({ type, entryId, name, versionId, version, experiment, path });
}

/** The version that is meant; where there is none, that is a finding. */
function find(
  { newest, tagged, findings }: Resolution,
  { type, nameOrId, tag, path }: WantedVersion,
): Deployable | null {
  const version = (tag === 'latest' ? newest : tagged).find(
    (one) => one.type === type && [one.name, one.entryId].includes(nameOrId) && (tag === 'latest' || one.tag === tag),
  );
  if (version !== undefined) return version;
  const what = type === 'model' ? 'revision' : 'tag';
  findings.push({ path, code: 'item_missing', message: `there is no ${type} ${nameOrId} with the ${what} ${tag}` });
  return null;
}
