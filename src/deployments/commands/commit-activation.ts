import { commit } from '../../audit/public.ts';
import { type Hold, holdVersions, releaseHolds } from '../../content/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { guard } from '../../platform/db/guard.ts';
import { hear } from '../../platform/kv/heard.ts';
import { type Bundle, bundleKey } from '../domain/bundle.ts';
import type { DeploymentView } from '../domain/deployment.ts';
import { toKept } from '../domain/experiment.ts';
import { presentDeployment } from '../queries/view.ts';
import { areThere, haveContents, isAtGeneration, moveActivations, saveBundles } from '../repo/activations.ts';
import { isInStatus, recordReplaced, type Replaced, updateDeployment } from '../repo/deployments.ts';
import { keepMove } from './keep-move.ts';
import { labelOf, versionsOf } from './request.ts';
import type { PreparedActivation } from './start-activation.ts';

/**
 * Makes a prepared activation true: one D1 batch for generation, activations, bundles, holds, the deployment's state
 * and its audit events, guarded by the generation and the contents that it was prepared with.
 * @returns the deployment as it became, without another look at D1
 */
export async function commitActivation(context: TenantContext, prepared: PreparedActivation): Promise<DeploymentView> {
  const { assessment } = prepared;
  const { deployment, environment } = prepared.dossier;
  const { db, scope } = context;
  const generation = assessment.surroundings.generation + 1;
  const now = context.now();
  const { changes, pinned, plan, previous } = assessment;
  const bundles = plan.bundles.map(({ name, body }) => {
    const bundle: Bundle | null = body === null ? null : { ...body, deploymentId: deployment.id, generation };
    return { name, generation, body: bundle === null ? null : JSON.stringify(bundle) };
  });
  const entries = changes.map(({ entryId, type, name, version, experiment }) => ({
    entryId,
    type,
    name,
    versionId: version?.versionId ?? null,
    tag: version?.tag ?? null,
    experiment: toKept(experiment),
  }));
  const contents = changes.flatMap(versionsOf);
  const replaced = changes.map(({ entryId }, i): Replaced => ({
    entryId,
    versionId: previous[i]?.version?.versionId ?? null,
    tag: previous[i]?.version?.tag ?? null,
    experiment: previous[i]?.experiment ?? null,
  }));
  const became = { status: 'deployed', generation, deployedAt: now } as const;
  await commit(
    context,
    [
      guard(db, isInStatus(scope, deployment.id, ['deploying'])),
      guard(db, isAtGeneration(scope, environment.id, generation - 1)),
      guard(db, haveContents(scope, contents)),
      guard(
        db,
        areThere(
          scope,
          [...contents, ...pinned].map(({ entryId }) => entryId),
        ),
      ),
      ...moveActivations(db, scope, {
        environmentId: environment.id,
        deploymentId: deployment.id,
        generation,
        entries,
      }),
      ...saveBundles(db, scope, environment.id, bundles),
      releaseHolds(
        db,
        scope,
        changes.map(({ entryId }) => holderOf(environment.id, entryId)),
      ),
      holdVersions(db, scope, activeHolds(environment, prepared)),
      recordReplaced(db, scope, deployment.id, replaced),
      updateDeployment(db, scope, deployment.id, became),
      keepMove(context, { ...deployment, status: 'deployed' }, generation),
      ...(deployment.rollbackOf === null
        ? []
        : [
            guard(db, isInStatus(scope, deployment.rollbackOf, ['deployed'])),
            updateDeployment(db, scope, deployment.rollbackOf, { status: 'rolled_back', rolledBackAt: now }),
            keepMove(
              context,
              { ...deployment, id: deployment.rollbackOf, status: 'rolled_back', rollbackOf: null },
              generation,
            ),
          ]),
    ],
    [
      {
        action: 'deployment.deploy',
        entity: { type: 'deployment', id: deployment.id },
        data: {
          environment: environment.name,
          generation,
          riskLevel: deployment.riskLevel,
          items: changes.map(labelOf),
        },
      },
      ...(deployment.rollbackOf === null
        ? []
        : [
            {
              action: 'deployment.rollback' as const,
              entity: { type: 'deployment', id: deployment.rollbackOf },
              data: { by: deployment.id, generation },
            },
          ]),
    ],
  );
  for (const { name } of bundles) hear(bundleKey(scope.tenantId, environment.name, name), generation);
  const before = new Map(replaced.map((each) => [each.entryId, each]));
  const items = prepared.dossier.items.map((item) => ({
    ...item,
    previousTag: before.get(item.entryId)?.tag ?? null,
    previousExperiment: before.get(item.entryId)?.experiment ?? null,
  }));
  return presentDeployment({ deployment: { ...deployment, ...became }, items, votes: prepared.dossier.votes });
}

const holderOf = (environmentId: string, entryId: string): string => `${environmentId}:${entryId}`;

/** What is active, and the pinned versions inside, may not be deleted while that is so. */
function activeHolds(environment: { id: string; name: string }, { assessment }: PreparedActivation): Hold[] {
  const pinnedEntries = new Map(assessment.pinned.map((version) => [version.versionId, version.entryId]));
  return assessment.changes.flatMap((change): Hold[] => {
    const { entryId } = change;
    if (change.version === null) return [];
    const hold = { holder: holderOf(environment.id, entryId), kind: 'active' as const, label: environment.name };
    const inside = assessment.plan.pinnedBy.find((entry) => entry.entryId === entryId)?.versionIds ?? [];
    return [
      ...versionsOf(change).map(({ versionId }) => ({ ...hold, versionId, entryId })),
      ...inside.map((versionId) => ({ ...hold, versionId, entryId: pinnedEntries.get(versionId) ?? entryId })),
    ];
  });
}
