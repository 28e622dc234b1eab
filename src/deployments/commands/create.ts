import { loadVersionsByRef } from '../../content/public.ts';
import { findEnvironment, type RiskLevel } from '../../environments/public.ts';
import type { ErrorItem } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { DeploymentView } from '../domain/deployment.ts';
import type { Deployable } from '../domain/plan.ts';
import type { ChangeRef } from '../queries/assess.ts';
import { loadRevisionsByRef } from '../repo/models.ts';
import { deployWhenReady } from './auto-deploy.ts';
import { requestDeployment } from './request.ts';

export type RequestedItem =
  | { type: 'prompt'; prompt: string; tag: string }
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
export async function createDeployment(context: TenantContext, input: CreateDeployment): Promise<DeploymentView> {
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

/** What an item names; a model's revision is its tag. */
function refOf(item: RequestedItem) {
  if (item.type === 'model') return { type: item.type, nameOrId: item.model, tag: String(item.revision) };
  return { type: item.type, nameOrId: item.type === 'prompt' ? item.prompt : item.asset, tag: item.tag };
}

async function resolveItems(
  context: TenantContext,
  items: readonly RequestedItem[],
): Promise<{ changes: ChangeRef[]; findings: ErrorItem[] }> {
  const wanted = items.map(refOf);
  const { db, scope } = context;
  const [versions, revisions] = await Promise.all([
    loadVersionsByRef(
      db,
      scope,
      wanted.flatMap(({ type, nameOrId, tag }) => (type === 'model' ? [] : { type, nameOrId, tag })),
    ),
    loadRevisionsByRef(
      db,
      scope,
      wanted.flatMap(({ type, nameOrId, tag }) => (type === 'model' ? { nameOrId, revision: Number(tag) } : [])),
    ),
  ]);
  const found: readonly Deployable[] = [...versions, ...revisions];
  const findings: ErrorItem[] = [];
  const changes: ChangeRef[] = [];
  wanted.forEach(({ type, nameOrId, tag }, i) => {
    const path = `items[${i}]`;
    const ofEntry = found.filter(
      (version) => version.type === type && [version.name, version.entryId].includes(nameOrId),
    );
    // An entry that was asked for twice is a finding below, so `latest` has one to choose from.
    const version = tag === 'latest' ? ofEntry.at(-1) : ofEntry.find((candidate) => candidate.tag === tag);
    if (version === undefined) {
      findings.push({
        path,
        code: 'item_missing',
        message: `there is no ${type} ${nameOrId} with the ${type === 'model' ? 'revision' : 'tag'} ${tag}`,
      });
    } else if (changes.some((change) => change.entryId === version.entryId)) {
      findings.push({
        path,
        code: 'item_twice',
        message: `${type} ${version.name} stands in this deployment twice`,
      });
    } else {
      const { entryId, name, versionId } = version;
      changes.push({ type, entryId, name, versionId, version, path });
    }
  });
  return { changes, findings };
}
