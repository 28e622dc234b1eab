import { commit } from '../../audit/public.ts';
import { requireEvaluation, type RequiredEvaluation, requireNoEvaluation } from '../../evaluators/public.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { Statement } from '../../platform/db/db.ts';
import { isGuardFailure } from '../../platform/db/guard.ts';
import { type ApprovalChanges, changeApprovals, type EvaluationPolicy } from '../domain.ts';
import { findWithPolicy, resolvePolicy } from '../queries/policy.ts';
import { updateApprovals } from '../repo.ts';
import type { Environment } from '../repo.ts';

/** The evaluator or the dataset of a policy was changed between the look and the deed. */
export const movedOn = (): AppError =>
  new AppError(
    'state_conflict',
    'The evaluator or the dataset is being changed at this moment. Look at them, and try again.',
  );

/** `polite@2 on support/cases@7 from 0.9`: for the audit trail. */
export const labelOf = ({ evaluator, evaluatorRevision, dataset, datasetVersion, threshold }: RequiredEvaluation) =>
  `${evaluator}@${evaluatorRevision} on ${dataset}@${datasetVersion} from ${threshold}`;

/**
 * Changes an environment's policy: how many approvals it takes, and which evaluation. What was requested under a stricter
 * one keeps needing that many approvals: see src/deployments/commands/decide-deploy.ts. The evaluation is asked for as it
 * is when a deployment is executed. @throws AppError not_found, forbidden, state_conflict
 */
export async function updateEnvironment(
  context: TenantContext,
  name: string,
  input: {
    requiredApprovals?: ApprovalChanges | undefined;
    requiredEvaluation?: EvaluationPolicy | null | undefined;
  },
): Promise<{ environment: Environment; required: RequiredEvaluation | null }> {
  const { environment: before, required: was } = await findWithPolicy(context, name);
  const requiredApprovals = changeApprovals(before.requiredApprovals, input.requiredApprovals ?? {});
  const { requiredEvaluation: policy } = input;
  const required = policy === undefined ? was : policy && (await resolvePolicy(context, before, policy));
  const now = context.now();
  const { db, scope } = context;
  const statements: Statement[] = [updateApprovals(db, scope, before.id, requiredApprovals, now)];
  if (policy === null) statements.push(requireNoEvaluation(db, scope, before.id));
  else if (policy !== undefined && required !== null) statements.push(...requireEvaluation(db, required));
  try {
    await commit(context, statements, {
      action: 'environment.update',
      entity: { type: 'environment', id: before.id },
      data: {
        name,
        from: JSON.stringify(before.requiredApprovals),
        to: JSON.stringify(requiredApprovals),
        ...(policy === undefined
          ? {}
          : { evaluationFrom: was && labelOf(was), evaluationTo: required && labelOf(required) }),
      },
    });
  } catch (error) {
    if (isGuardFailure(error)) throw movedOn();
    throw error;
  }
  return { environment: { ...before, requiredApprovals, updatedAt: now }, required };
}
