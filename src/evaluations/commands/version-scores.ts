import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import type { Evaluation } from '../repo/evaluations.ts';

export async function versionScores(_context: TenantContext, _evaluation: Evaluation): Promise<Statement[]> {
  return [];
}
