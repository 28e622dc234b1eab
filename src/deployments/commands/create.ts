import { type EntryType, loadVersionsByRef } from '../../content/public.ts';
import { findEnvironment, type RiskLevel } from '../../environments/public.ts';
import type { ErrorItem } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { DeploymentView } from '../domain/deployment.ts';
import type { ChangeRef } from '../queries/assess.ts';
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

async function resolveItems(
  context: TenantContext,
  items: readonly RequestedItem[],
): Promise<{ changes: ChangeRef[]; findings: ErrorItem[] }> {
  const refs = items.flatMap((item): { type: EntryType; nameOrId: string; tag: string }[] => {
    if (item.type === 'prompt') return [{ type: 'prompt', nameOrId: item.prompt, tag: item.tag }];
    return item.type === 'asset' ? [{ type: 'asset', nameOrId: item.asset, tag: item.tag }] : [];
  });
  const versions = await loadVersionsByRef(context.db, context.scope, refs);
  const findings: ErrorItem[] = [];
  const changes: ChangeRef[] = [];
  items.forEach((item, i) => {
    const path = `items[${i}]`;
    // Models become deployable with their registry; until then no tenant has one.
    const nameOrId = item.type === 'prompt' ? item.prompt : item.type === 'asset' ? item.asset : item.model;
    const tag = item.type === 'model' ? String(item.revision) : item.tag;
    const ofEntry = versions.filter(
      (version) => version.type === item.type && [version.name, version.entryId].includes(nameOrId),
    );
    // An entry that was asked for twice is a finding below, so `latest` has one to choose from.
    const version = tag === 'latest' ? ofEntry.at(-1) : ofEntry.find((candidate) => candidate.tag === tag);
    if (version === undefined) {
      findings.push({
        path,
        code: 'item_missing',
        message: `there is no ${item.type} ${nameOrId} with the tag ${tag}`,
      });
    } else if (changes.some((change) => change.entryId === version.entryId)) {
      findings.push({
        path,
        code: 'item_twice',
        message: `${item.type} ${version.name} stands in this deployment twice`,
      });
    } else {
      const { entryId, name, versionId } = version;
      changes.push({ type: item.type, entryId, name, versionId, version, path });
    }
  });
  return { changes, findings };
}
