import { commit } from '../../audit/public.ts';
import { type Hold, holdVersions, type LoadedVersion } from '../../content/public.ts';
import type { Environment, RiskLevel } from '../../environments/public.ts';
import { personOf } from '../../kernel/actor.ts';
import { AppError, type ErrorItem } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { guard, isGuardFailure } from '../../platform/db/guard.ts';
import { boundHash } from '../domain/approvals.ts';
import type { DeploymentView, MovedDeployment } from '../domain/deployment.ts';
import { toKept, versionsIn } from '../domain/experiment.ts';
import type { Deployable, PlannedChange } from '../domain/plan.ts';
import { type Assessment, assess, type ChangeRef } from '../queries/assess.ts';
import { presentDeployment } from '../queries/view.ts';
import { haveContents } from '../repo/activations.ts';
import {
  type DeploymentRow,
  hasNoOpenRollback,
  insertDeployment,
  insertItems,
  type ItemRow,
} from '../repo/deployments.ts';
import { keepMove } from './keep-move.ts';

export interface DeploymentRequest {
  environment: Environment;
  changes: readonly ChangeRef[];
  /** What is known to be wrong already, told with the rest. */
  findings?: readonly ErrorItem[];
  title: string | null;
  description: string | null;
  declaredRisk: RiskLevel | null;
  autoDeploy: boolean;
  rollbackOf: string | null;
  reason: string | null;
}

/** @throws AppError incompatible, with every finding */
export function assertCompatible(findings: readonly ErrorItem[]): void {
  const [first] = findings;
  if (first === undefined) return;
  const more = findings.length === 1 ? '' : ` (and ${findings.length - 1} more)`;
  throw new AppError('incompatible', `${first.path}: ${first.message}${more}`, { errors: findings });
}

/**
 * Files a deployment: assesses it, says how many approvals it needs, and holds its versions fast from now on.
 * @throws AppError incompatible; state_conflict when a version changed in the meantime
 */
export async function requestDeployment(context: TenantContext, request: DeploymentRequest): Promise<DeploymentView> {
  const { environment } = request;
  const assessment = await assess(context, environment, request.changes, request.declaredRisk);
  // What was served before may be served again, whatever is required by now.
  const unscored = request.rollbackOf === null ? assessment.unscored : [];
  assertCompatible([...(request.findings ?? []), ...assessment.findings, ...unscored]);
  const { deployment, items } = draw(context, request, assessment);
  const view = presentDeployment({ deployment, items, votes: [] });
  const versions = [...assessment.changes.flatMap(versionsOf), ...broughtInside(assessment)];
  const { db, scope } = context;
  try {
    await commit(
      context,
      [
        guard(db, haveContents(scope, versions)),
        ...(request.rollbackOf === null ? [] : [guard(db, hasNoOpenRollback(scope, request.rollbackOf))]),
        insertDeployment(db, deployment),
        insertItems(db, items),
        holdVersions(db, scope, holdsOf(deployment.id, versions)),
        keepMove(context, deployment),
      ],
      {
        action: request.rollbackOf === null ? 'deployment.create' : 'deployment.rollback',
        entity: { type: 'deployment', id: deployment.id },
        data: {
          environment: environment.name,
          riskLevel: deployment.riskLevel,
          requiredApprovals: deployment.requiredApprovals,
          items: assessment.changes.map(labelOf),
          ...(request.rollbackOf === null ? {} : { rollbackOf: request.rollbackOf, reason: request.reason }),
        },
      },
      // A repetition is told what was requested, also where autoDeploy has taken it further by then.
      { status: 201, body: { ...view, blocked: null } satisfies MovedDeployment },
    );
  } catch (error) {
    if (isGuardFailure(error)) {
      throw new AppError(
        'state_conflict',
        'Something that this rests on changed while it was being requested. Try again.',
      );
    }
    throw error;
  }
  return view;
}

/** All that a change makes active: its version and those beside it. */
export const versionsOf = ({ version, experiment }: PlannedChange): Deployable[] =>
  version === null ? [] : [version, ...versionsIn(experiment)];

/** `prompt:greeting@1.0.0`, or `prompt:greeting@1.0.0=90,1.1.0=10`: for the audit trail. */
export function labelOf({ type, name, version, experiment }: PlannedChange): string {
  const tag = version?.tag ?? 'none';
  if (experiment === null) return `${type}:${name}@${tag}`;
  const variants = experiment.variants.map((variant) => `${variant.version.tag}=${variant.weight}`);
  return `${type}:${name}@${[`${tag}=${experiment.weight}`, ...variants].join(',')}`;
}

/** The pinned versions that come inside what this deployment brings. */
export const broughtInside = ({ plan, pinned }: Assessment): LoadedVersion[] =>
  pinned.filter((version) => plan.pinnedVersionIds.includes(version.versionId));

/** What the votes are for. */
export function hashOf(
  environment: string,
  riskLevel: RiskLevel,
  changes: readonly PlannedChange[],
  pinned: readonly LoadedVersion[],
): string {
  return boundHash({
    environment,
    riskLevel,
    items: changes.map(({ type, name, entryId, version, experiment }) => ({
      type,
      name,
      entryId,
      versionId: version?.versionId ?? null,
      contentHash: version?.contentHash ?? null,
      experiment: toKept(experiment),
    })),
    pinned: pinned.map(({ versionId, contentHash }) => ({ versionId, contentHash })),
  });
}

const holdsOf = (deploymentId: string, versions: readonly Deployable[]): Hold[] =>
  versions.map(({ versionId, entryId }) => ({
    holder: deploymentId,
    versionId,
    entryId,
    kind: 'deployment',
    label: deploymentId,
  }));

function draw(
  context: TenantContext,
  request: DeploymentRequest,
  assessment: Assessment,
): { deployment: DeploymentRow; items: ItemRow[] } {
  const { environment } = request;
  const { changes, risk, previous } = assessment;
  const { tenantId } = context.scope;
  const now = context.now();
  const id = newId('deployment', now);
  const requiredApprovals = environment.requiredApprovals[risk.level];
  const inside = broughtInside(assessment);
  const base = { tenantId, deploymentId: id };
  const items = changes.map(({ type, entryId, name, version, experiment }, position): ItemRow => ({
    ...base,
    position,
    role: 'item',
    type,
    entryId,
    name,
    versionId: version?.versionId ?? null,
    tag: version?.tag ?? null,
    contentHash: version?.contentHash ?? null,
    experiment: toKept(experiment),
    previousVersionId: previous[position]?.version?.versionId ?? null,
    previousTag: previous[position]?.version?.tag ?? null,
    previousExperiment: previous[position]?.experiment ?? null,
    riskLevel: risk.items[position] ?? risk.level,
  }));
  const included = inside.map(({ type, entryId, name, versionId, tag, contentHash }, i): ItemRow => ({
    ...base,
    position: changes.length + i,
    role: 'include',
    type,
    entryId,
    name,
    versionId,
    tag,
    contentHash,
    experiment: null,
    previousVersionId: null,
    previousTag: null,
    previousExperiment: null,
    riskLevel: risk.level,
  }));
  const deployment: DeploymentRow = {
    tenantId,
    id,
    environmentId: environment.id,
    environment: environment.name,
    status: requiredApprovals === 0 ? 'approved' : 'pending',
    title: request.title,
    description: request.description,
    declaredRisk: request.declaredRisk,
    riskLevel: risk.level,
    riskReasons: risk.reasons,
    requiredApprovals,
    autoDeploy: request.autoDeploy,
    boundHash: hashOf(environment.name, risk.level, changes, inside),
    requestedBy: context.actor.id,
    requesterId: personOf(context.actor) ?? context.actor.id,
    rollbackOf: request.rollbackOf,
    reason: request.reason,
    generation: null,
    createdAt: now,
    approvedAt: requiredApprovals === 0 ? now : null,
    deployedAt: null,
    rolledBackAt: null,
  };
  return { deployment, items: [...items, ...included] };
}
