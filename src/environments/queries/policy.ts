import { findDataset } from '../../datasets/public.ts';
import {
  findEvaluator,
  findOptionalRequirement,
  listRequirements,
  type RequiredEvaluation,
} from '../../evaluators/public.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { EvaluationPolicy } from '../domain.ts';
import type { Environment } from '../repo.ts';
import { findEnvironment } from './find.ts';

/** An environment with all of its policy. @throws AppError not_found, forbidden */
export async function findWithPolicy(
  context: TenantContext,
  name: string,
): Promise<{ environment: Environment; required: RequiredEvaluation | null }> {
  const environment = await findEnvironment(context, name);
  return { environment, required: await findOptionalRequirement(context.db, context.scope, environment.id) };
}

/** What the tenant's environments require, by their ids. */
export async function requirementsById(context: TenantContext): Promise<ReadonlyMap<string, RequiredEvaluation>> {
  const rows = await listRequirements(context.db, context.scope);
  return new Map(rows.map((row) => [row.environmentId, row]));
}

/**
 * What is asked for, with evaluator and dataset as they are now: what was measured by an earlier revision or on an earlier
 * version does not count. @throws AppError not_found
 */
export async function resolvePolicy(
  context: TenantContext,
  environment: Pick<Environment, 'id' | 'name'>,
  policy: EvaluationPolicy,
): Promise<RequiredEvaluation> {
  const [{ evaluator }, dataset] = await Promise.all([
    findEvaluator(context, policy.evaluator),
    findDataset(context, policy.dataset),
  ]);
  return {
    tenantId: context.scope.tenantId,
    environmentId: environment.id,
    environment: environment.name,
    evaluatorId: evaluator.id,
    evaluator: evaluator.name,
    evaluatorRevision: evaluator.latestRevision,
    datasetId: dataset.id,
    dataset: dataset.name,
    datasetVersion: dataset.version,
    threshold: policy.threshold,
    createdBy: context.actor.id,
    createdAt: context.now(),
  };
}
