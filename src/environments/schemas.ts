import { z } from '@hono/zod-openapi';
import type { RequiredEvaluation } from '../evaluators/public.ts';
import { ENVIRONMENT_NAME, HANDLE_MAX } from '../kernel/names.ts';
import { timestamp } from '../kernel/time.ts';
import { pageOf, TimestampSchema } from '../platform/http/schemas.ts';
import { ENVIRONMENT_KINDS } from './domain.ts';
import type { Environment } from './table.ts';

export const EnvironmentNameSchema = z
  .string()
  .regex(ENVIRONMENT_NAME, 'must be 1 to 40 lower-case letters, digits and inner hyphens')
  .openapi({ example: 'production' });

const approvals = z.number().int().min(0).max(10);

const RequiredApprovalsSchema = z
  .strictObject({ low: approvals, medium: approvals, high: approvals, critical: approvals })
  .openapi('RequiredApprovals', { example: { low: 1, medium: 1, high: 2, critical: 2 } });

const handle = z.string().min(1).max(HANDLE_MAX);
const threshold = z.number().min(0).max(1).describe('The mean score that is enough; an item without a score counts 0');

const EvaluationPolicySchema = z
  .strictObject({ evaluator: handle.describe('Name or id'), dataset: handle.describe('Name or id'), threshold })
  .describe('What each prompt version must have scored before it is deployed; null: nothing')
  .openapi('EvaluationPolicy', { example: { evaluator: 'polite', dataset: 'support/cases', threshold: 0.9 } });

const RequiredEvaluationSchema = z
  .object({
    evaluator: z.string(),
    evaluatorRevision: z.number().int().describe('Scores by this revision or a later one count'),
    dataset: z.string(),
    datasetVersion: z.number().int().describe('Scores on this version or a later one count'),
    threshold,
  })
  .openapi('RequiredEvaluation');

export const CreateEnvironmentSchema = z
  .strictObject({
    name: EnvironmentNameSchema.openapi({ example: 'staging-eu' }),
    kind: z.enum(ENVIRONMENT_KINDS).openapi({ example: 'staging' }),
    requiredApprovals: RequiredApprovalsSchema.partial().optional().describe('By risk; the kind’s own where left out'),
    requiredEvaluation: EvaluationPolicySchema.nullable().optional(),
  })
  .openapi('CreateEnvironment');

export const UpdateEnvironmentSchema = z
  .strictObject({
    requiredApprovals: RequiredApprovalsSchema.partial().optional(),
    requiredEvaluation: EvaluationPolicySchema.nullable().optional(),
  })
  .refine(
    (changes) => Object.keys(changes).length > 0,
    'must have at least one of requiredApprovals and requiredEvaluation',
  )
  .openapi('UpdateEnvironment', { example: { requiredApprovals: { low: 2 } } });

export const EnvironmentSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(ENVIRONMENT_KINDS),
    requiredApprovals: RequiredApprovalsSchema,
    requiredEvaluation: RequiredEvaluationSchema.nullable().describe('Null: none is required'),
    generation: z.number().int().describe('Grows by one with every activation'),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  })
  .openapi('Environment');

export const EnvironmentPageSchema = pageOf(EnvironmentSchema).openapi('EnvironmentPage');

export function presentEnvironment(
  environment: Environment,
  required: RequiredEvaluation | null,
): z.input<typeof EnvironmentSchema> {
  const { id, name, kind, requiredApprovals, generation, createdAt, updatedAt } = environment;
  const times = { createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
  return { id, name, kind, requiredApprovals, requiredEvaluation: presentRequired(required), generation, ...times };
}

function presentRequired(required: RequiredEvaluation | null): z.input<typeof RequiredEvaluationSchema> | null {
  if (required === null) return null;
  const { evaluator, evaluatorRevision, dataset, datasetVersion, threshold: enough } = required;
  return { evaluator, evaluatorRevision, dataset, datasetVersion, threshold: enough };
}
