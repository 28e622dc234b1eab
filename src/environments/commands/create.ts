import { commit } from '../../audit/public.ts';
import { requireEvaluation, type RequiredEvaluation } from '../../evaluators/public.ts';
import { AppError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { TenantContext } from '../../platform/context.ts';
import { isGuardFailure, isUniqueViolation } from '../../platform/db/guard.ts';
import {
  type ApprovalChanges,
  changeApprovals,
  DEFAULT_APPROVALS,
  type EnvironmentKind,
  type EvaluationPolicy,
} from '../domain.ts';
import { assertMayEnter } from '../queries/find.ts';
import { resolvePolicy } from '../queries/policy.ts';
import { countEnvironments, insertEnvironments } from '../repo.ts';
import type { Environment } from '../repo.ts';
import { labelOf, movedOn } from './update.ts';

/** More are a mistake, and the edge's keys are made of their names. */
const ENVIRONMENTS_MAX = 50;

/** Makes an environment. Its kind is for good: it decides the policy. @throws AppError already_exists, state_conflict */
export async function createEnvironment<T>(
  context: TenantContext,
  input: {
    name: string;
    kind: EnvironmentKind;
    requiredApprovals?: ApprovalChanges | undefined;
    requiredEvaluation?: EvaluationPolicy | null | undefined;
  },
  present: (environment: Environment, required: RequiredEvaluation | null) => T,
): Promise<T> {
  assertMayEnter(context, input.name);
  if ((await countEnvironments(context.db, context.scope)) >= ENVIRONMENTS_MAX) {
    throw new AppError('state_conflict', `A tenant has ${ENVIRONMENTS_MAX} environments at most.`);
  }
  const now = context.now();
  const environment: Environment = {
    tenantId: context.scope.tenantId,
    id: newId('environment', now),
    name: input.name,
    kind: input.kind,
    requiredApprovals: changeApprovals(DEFAULT_APPROVALS[input.kind], input.requiredApprovals ?? {}),
    generation: 0,
    createdAt: now,
    updatedAt: now,
  };
  const policy = input.requiredEvaluation ?? null;
  const required = policy === null ? null : await resolvePolicy(context, environment, policy);
  const answer = present(environment, required);
  try {
    await commit(
      context,
      [
        insertEnvironments(context.db, [environment]),
        ...(required === null ? [] : requireEvaluation(context.db, required)),
      ],
      {
        action: 'environment.create',
        entity: { type: 'environment', id: environment.id },
        data: {
          name: environment.name,
          kind: environment.kind,
          requiredApprovals: JSON.stringify(environment.requiredApprovals),
          ...(required === null ? {} : { requiredEvaluation: labelOf(required) }),
        },
      },
      { status: 201, body: answer },
    );
  } catch (error) {
    if (isUniqueViolation(error, 'environments.name')) {
      throw new AppError('already_exists', `There is an environment ${input.name} already.`);
    }
    if (isGuardFailure(error)) throw movedOn();
    throw error;
  }
  return answer;
}
