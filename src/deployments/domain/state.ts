import type { DeploymentStatus } from './deployment.ts';

export type DeploymentMove = 'approve' | 'reject' | 'cancel' | 'start' | 'finish' | 'fail' | 'roll_back';

/** The contract's state machine: every move that is not here is refused. */
const MOVES: Readonly<Record<DeploymentStatus, Readonly<Partial<Record<DeploymentMove, DeploymentStatus>>>>> = {
  pending: { approve: 'approved', reject: 'rejected', cancel: 'cancelled' },
  approved: { cancel: 'cancelled', start: 'deploying' },
  deploying: { finish: 'deployed', fail: 'failed' },
  deployed: { roll_back: 'rolled_back' },
  rolled_back: {},
  rejected: {},
  cancelled: {},
  failed: {},
};

/** Where a move leads, or null when the status does not allow it (409 `state_conflict`). */
export function nextStatus(status: DeploymentStatus, move: DeploymentMove): DeploymentStatus | null {
  return MOVES[status][move] ?? null;
}

/** The states that an owner who breaks the glass passes through, or null when there is no way to deploying from here. */
export function breakGlassPath(status: DeploymentStatus): DeploymentStatus[] | null {
  if (status === 'pending') return ['approved', 'deploying'];
  return status === 'approved' ? ['deploying'] : null;
}
