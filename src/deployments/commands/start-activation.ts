import { commit } from '../../audit/public.ts';
import { hashOfVersion } from '../../content/public.ts';
import { AppError, type ErrorItem } from '../../kernel/errors.ts';
import { hashOfSettings } from '../../models/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import { guard, isGuardFailure } from '../../platform/db/guard.ts';
import type { ActivationCall } from '../domain/deployment.ts';
import type { Deployable } from '../domain/plan.ts';
import { type Assessment, assess } from '../queries/assess.ts';
import { findDossier } from '../queries/find.ts';
import { assertNotTouchedSince } from '../queries/touched.ts';
import {
  type DeploymentRow,
  type Dossier,
  isInStatus,
  type ItemRow,
  mayStillApprove,
  updateDeployment,
} from '../repo/deployments.ts';
import { keepMove } from './keep-move.ts';
import { assertCompatible, broughtInside, hashOf, versionsOf } from './request.ts';

/** An activation that may go ahead: what commit-activation.ts writes. */
export interface PreparedActivation {
  dossier: Dossier;
  assessment: Assessment;
}

/**
 * Weighs a deployment against the environment as it is at this moment, inside the environment's object, so that
 * nothing moves meanwhile; then marks it `deploying`. Whatever is refused here leaves everything as it was.
 * @throws AppError incompatible, state_conflict
 */
export async function startActivation(context: TenantContext, call: ActivationCall): Promise<PreparedActivation> {
  const dossier = await findDossier(context, call.deploymentId);
  const prepared = await prepare(context, dossier);
  const { deployment } = dossier;
  if (deployment.status === 'deploying') return prepared;
  if (call.breakGlass === null) assertStillEnough(prepared, call.approvals.length);
  const { db, scope } = context;
  const entity = { type: 'deployment', id: deployment.id };
  const became: Partial<DeploymentRow> = {
    status: 'deploying',
    ...(call.breakGlass === null
      ? {}
      : { reason: call.breakGlass, approvedAt: deployment.approvedAt ?? context.now() }),
  };
  const from = call.breakGlass === null ? (['approved'] as const) : (['pending', 'approved'] as const);
  try {
    await commit(
      context,
      [
        guard(db, isInStatus(scope, deployment.id, from)),
        // Since they were counted, somebody may have lost the role.
        guard(db, mayStillApprove(scope, call.approvals)),
        updateDeployment(db, scope, deployment.id, became),
        keepMove(context, { ...deployment, status: 'deploying' }),
      ],
      call.breakGlass === null
        ? { action: 'deployment.start', entity }
        : {
            action: 'deployment.break_glass',
            entity,
            data: {
              reason: call.breakGlass,
              approvals: call.approvals.length,
              requiredApprovals: deployment.requiredApprovals,
            },
          },
    );
  } catch (error) {
    if (isGuardFailure(error)) throw new AppError('state_conflict', 'The deployment has moved on. Look at it again.');
    throw error;
  }
  return { ...prepared, dossier: { ...dossier, deployment: { ...deployment, ...became } } };
}

async function prepare(context: TenantContext, dossier: Dossier): Promise<PreparedActivation> {
  const { deployment, environment } = dossier;
  if (deployment.rollbackOf !== null) await assertNotTouchedSince(context, deployment.rollbackOf);
  const items = dossier.items
    .filter((item) => item.role === 'item')
    .map((item, i) => ({ ...item, path: `items[${i}]` }));
  const assessment = await assess(context, environment, items, deployment.declaredRisk);
  const unscored = deployment.rollbackOf === null ? assessment.unscored : [];
  assertCompatible([...changedContents(items, assessment), ...assessment.findings, ...unscored]);
  // The votes were for these contents, the pinned ones inside included.
  const inside = broughtInside(assessment);
  const hash = hashOf(environment.name, deployment.riskLevel, assessment.changes, inside);
  if (hash !== deployment.boundHash || !inside.every(isWhatItsHashSays)) {
    assertCompatible([
      { path: 'items', code: 'content_changed', message: 'what the approvals were given for has changed' },
    ]);
  }
  return { dossier, assessment };
}

/** A hash that stands beside another text approves nothing. */
const isWhatItsHashSays = (version: Deployable): boolean =>
  (version.type === 'model' ? hashOfSettings(version.settings) : hashOfVersion(version.kind, version)) ===
  version.contentHash;

function changedContents(items: readonly ItemRow[], { changes }: Assessment): ErrorItem[] {
  return items.flatMap(({ type, entryId, name, contentHash, experiment }, i) => {
    const change = changes.find((each) => each.entryId === entryId);
    if (change === undefined) return [];
    const wanted = [contentHash, ...(experiment?.variants ?? []).map((variant) => variant.contentHash)];
    const now = change.version === null ? [null] : versionsOf(change);
    const message = `${type} ${name} is not what was requested any more`;
    return now.flatMap((version, at) => {
      const isSame = (version?.contentHash ?? null) === wanted[at] && (version === null || isWhatItsHashSays(version));
      const path = at === 0 ? `items[${i}]` : `items[${i}].variants[${at - 1}]`;
      return isSame ? [] : [{ path, code: 'content_changed', message }];
    });
  });
}

/** The environment may have moved since the request, and the risk with it: then more approvals may be needed. */
function assertStillEnough({ dossier, assessment }: PreparedActivation, approvals: number): void {
  const { level, reasons } = assessment.risk;
  const required = dossier.environment.requiredApprovals[level];
  if (approvals >= required) return;
  const why = reasons.find((reason) => reason.level === level)?.message ?? '';
  throw new AppError(
    'state_conflict',
    `The risk is ${level} by now (${why}), which needs ${required} approvals; ${approvals} count. Request it anew.`,
  );
}
