import { describe, expect, it } from 'vitest';

import { DEPLOYMENT_STATUSES } from '../../../src/deployments/domain/deployment.ts';
import type { DeploymentStatus } from '../../../src/deployments/domain/deployment.ts';
import { breakGlassPath, nextStatus } from '../../../src/deployments/domain/state.ts';
import type { DeploymentMove } from '../../../src/deployments/domain/state.ts';

// As the contract lists them: every other pair is a 409.
const ALLOWED: readonly [DeploymentStatus, DeploymentMove, DeploymentStatus][] = [
  ['pending', 'approve', 'approved'],
  ['pending', 'reject', 'rejected'],
  ['pending', 'cancel', 'cancelled'],
  ['approved', 'cancel', 'cancelled'],
  ['approved', 'start', 'deploying'],
  ['deploying', 'finish', 'deployed'],
  ['deploying', 'fail', 'failed'],
  ['deployed', 'roll_back', 'rolled_back'],
];
const MOVES: readonly DeploymentMove[] = ['approve', 'reject', 'cancel', 'start', 'finish', 'fail', 'roll_back'];

describe('nextStatus', () => {
  const pairs = DEPLOYMENT_STATUSES.flatMap((status) => MOVES.map((move) => [status, move] as const));

  it.each(pairs)('%s, %s: as the contract has it', (status, move) => {
    const expected = ALLOWED.find(([from, allowed]) => from === status && allowed === move)?.[2] ?? null;
    expect(nextStatus(status, move)).toBe(expected);
  });
});

describe('breakGlassPath', () => {
  it.each(DEPLOYMENT_STATUSES)('%s: by moves of the machine, to deploying, or not at all', (status) => {
    const expected: Partial<Record<DeploymentStatus, DeploymentStatus[]>> = {
      pending: ['approved', 'deploying'],
      approved: ['deploying'],
    };
    expect(breakGlassPath(status)).toEqual(expected[status] ?? null);
  });
});
