import { commit } from '../../audit/public.ts';
import { releaseHolds } from '../../content/public.ts';
import { can } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { guard, isGuardFailure } from '../../platform/db/guard.ts';
import { countApprovals, type Vote, votingProblem } from '../domain/approvals.ts';
import type { DeploymentStatus, DeploymentView, VoteCall } from '../domain/deployment.ts';
import { nextStatus } from '../domain/state.ts';
import { findDossier } from '../queries/find.ts';
import { presentDeployment } from '../queries/view.ts';
import { requiredNow } from './decide-deploy.ts';
import { keepMove } from './keep-move.ts';
import { type Dossier, insertVote, isInStatus, updateDeployment } from '../repo/deployments.ts';

/**
 * Casts a vote, inside the deployment's object: no other vote or move of this deployment runs meanwhile.
 * The same vote again changes nothing. @throws AppError forbidden, self_approval_forbidden, state_conflict
 */
export async function decideVote(context: TenantContext, call: VoteCall): Promise<DeploymentView> {
  const dossier = await findDossier(context, call.deploymentId);
  const { deployment, votes } = dossier;
  const { actor, scope, db } = context;
  assertMayVote(context, dossier);
  const before = votes.find((cast) => cast.userId === actor.id);
  if (before?.decision === call.decision) return presentDeployment(dossier);
  const vote: Vote = {
    userId: actor.id,
    decision: call.decision,
    comment: call.comment,
    boundHash: deployment.boundHash,
    createdAt: context.now(),
  };
  const status = statusAfter(dossier, before, vote);
  const approvedAt = status === 'approved' ? (deployment.approvedAt ?? vote.createdAt) : null;
  try {
    await commit(
      context,
      [
        guard(db, isInStatus(scope, deployment.id, [deployment.status])),
        insertVote(db, scope, deployment.id, vote),
        updateDeployment(db, scope, deployment.id, { status, approvedAt }),
        ...(status === 'rejected' ? [releaseHolds(db, scope, [deployment.id])] : []),
        ...(status === deployment.status ? [] : [keepMove(context, { ...deployment, status })]),
      ],
      {
        action: call.decision === 'approved' ? 'deployment.approve' : 'deployment.reject',
        entity: { type: 'deployment', id: deployment.id },
        data: { comment: call.comment, boundHash: deployment.boundHash, status },
      },
    );
  } catch (error) {
    if (isGuardFailure(error)) throw new AppError('state_conflict', 'The deployment has moved on. Look at it again.');
    throw error;
  }
  return presentDeployment({
    deployment: { ...deployment, status, approvedAt },
    items: dossier.items,
    votes: [...votes, vote],
  });
}

function assertMayVote(context: TenantContext, { deployment, authors }: Dossier): void {
  if (context.actor.kind !== 'user' || !can(context.actor, 'deployments:approve')) {
    throw new AppError('forbidden', 'Only a person who holds deployments:approve may vote.');
  }
  const problem = votingProblem(context.actor.id, { requesterId: deployment.requesterId, authors });
  if (problem === null) return;
  throw new AppError(
    'self_approval_forbidden',
    problem === 'requester'
      ? 'You requested this deployment: somebody else must decide. You may cancel it.'
      : 'You wrote a version, translation or revision that this deployment holds: somebody else must decide.',
  );
}

/** Where a vote leads. A vote more is welcome while an approved one lacks it: a voter lost the role, the policy became stricter. */
function statusAfter(dossier: Dossier, before: Vote | undefined, vote: Vote): DeploymentStatus {
  const { deployment, votes } = dossier;
  if (before !== undefined) {
    throw new AppError('state_conflict', `You have ${before.decision} this deployment already: one vote a person.`);
  }
  const count = { ...dossier, ...deployment, required: requiredNow(dossier) };
  const missing = countApprovals({ ...count, votes }).missing;
  if (deployment.status === 'approved' && missing > 0 && vote.decision === 'approved') return 'approved';
  const next = nextStatus(deployment.status, vote.decision === 'approved' ? 'approve' : 'reject');
  if (next === null) {
    throw new AppError('state_conflict', `The deployment is ${deployment.status}: it can no longer be voted on.`);
  }
  if (vote.decision === 'rejected') return next;
  const approvers = new Set([...dossier.approvers, vote.userId]);
  return countApprovals({ ...count, approvers, votes: [...votes, vote] }).missing === 0 ? next : deployment.status;
}
