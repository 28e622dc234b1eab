import { z } from '@hono/zod-openapi';
import { RISK_LEVELS } from '../environments/public.ts';
import { EnvironmentNameSchema } from '../environments/public-http.ts';
import { idPattern } from '../kernel/ids.ts';
import { NAME_MAX, SUBJECT_MAX, subjectProblem } from '../kernel/names.ts';
import { PageQuery, pageOf, ProblemSchema, TimestampSchema } from '../platform/http/schemas.ts';
import { DEPLOYMENT_STATUSES, ITEM_TYPES } from './domain/deployment.ts';
import { remainingWeight, showExperiment, VARIANTS_MAX, WEIGHT_MAX } from './domain/experiment.ts';
import type { ActivationRow } from './table.ts';

/** More items than anybody can review. */
const ITEMS_MAX = 100;

const risk = z.enum(RISK_LEVELS);
const timeOrNull = TimestampSchema.nullable();

const nameOrId = z.string().min(1).max(NAME_MAX);
const tag = z.string().min(1).max(100).describe('A version’s tag, or `latest`').openapi({ example: '1.0.0' });

const weight = z.number().int().min(1).max(WEIGHT_MAX).openapi({ example: 10 });

const ItemSchema = z
  .discriminatedUnion('type', [
    z
      .strictObject({
        type: z.literal('prompt'),
        prompt: nameOrId.describe('Name or id'),
        tag,
        weight: weight
          .optional()
          .describe('Of this version, where it has variants; else what their weights leave of 100'),
        variants: z
          .array(z.strictObject({ tag, weight }))
          .min(1)
          .max(VARIANTS_MAX)
          .optional()
          .describe('Versions that are served beside it, each to its weight’s share of the subjects'),
      })
      .check(({ value, issues }) => {
        const isBare = value.variants === undefined;
        if (isBare && value.weight !== undefined) {
          issues.push({ code: 'custom', path: ['weight'], message: 'is for an item with variants', input: value });
        }
        if (!isBare && value.weight === undefined && remainingWeight(value.variants ?? []) < 1) {
          const message = 'must be given where the variants’ weights leave nothing of 100';
          issues.push({ code: 'custom', path: ['weight'], message, input: value });
        }
      }),
    z.strictObject({ type: z.literal('asset'), asset: nameOrId.describe('Key or id'), tag }),
    z.strictObject({
      type: z.literal('model'),
      model: nameOrId.describe('Name or id'),
      revision: z.number().int().min(1).max(1_000_000_000),
    }),
  ])
  .openapi('DeploymentItemRequest');

/** Somebody for whom always the same version is chosen. */
export const SubjectSchema = z
  .string()
  .check((payload) => {
    const problem = subjectProblem(payload.value);
    if (problem !== null) payload.issues.push({ code: 'custom', message: problem, input: payload.value });
  })
  .describe('For whom: of versions that are served side by side, always the same is chosen for a subject')
  .openapi({ minLength: 1, maxLength: SUBJECT_MAX, example: 'user-4711' });

export const CreateDeploymentSchema = z
  .strictObject({
    environment: EnvironmentNameSchema,
    title: z.string().trim().min(1).max(200).optional(),
    description: z.string().trim().max(5000).optional(),
    items: z.array(ItemSchema).min(1).max(ITEMS_MAX),
    riskLevel: risk.optional().describe('May raise what is assessed, never lower it'),
    autoDeploy: z.boolean().optional().describe('Execute as soon as nothing is missing'),
  })
  .openapi('CreateDeployment', {
    example: {
      environment: 'production',
      title: 'A warmer greeting',
      items: [{ type: 'prompt', prompt: 'support/greeting', tag: '1.0.0' }],
    },
  });

const comment = z.string().trim().min(1).max(2000).openapi({ example: 'Read it, tried it, good.' });

export const ApproveSchema = z.strictObject({ comment: comment.optional() }).openapi('Approve');
export const RejectSchema = z.strictObject({ comment }).openapi('Reject');
export const CancelSchema = z.strictObject({ comment: comment.optional() }).openapi('Cancel');

export const DeploySchema = z
  .strictObject({
    breakGlass: z.boolean().optional().describe('Pass the missing approvals: owners only, audited as critical'),
    reason: z.string().trim().min(1).max(1000).optional(),
  })
  .refine((body) => body.breakGlass !== true || body.reason !== undefined, {
    path: ['reason'],
    message: 'must say why the glass is broken',
  })
  .openapi('Deploy', { example: {} });

export const RollbackSchema = z
  .strictObject({ reason: z.string().trim().min(1).max(1000).openapi({ example: 'Customers are confused by it' }) })
  .openapi('Rollback');

const weightOrNull = z.number().int().nullable().describe('Of the version itself; null: no others beside it');
const variants = z
  .array(z.object({ tag: z.string(), weight: z.number().int(), contentHash: z.string() }))
  .describe('Versions that are served beside it, by weight');

export const DeploymentSchema = z
  .object({
    id: z.string().openapi({ example: 'dep_01jd3z8v4q6r0s2t4v6w8y0a2c' }),
    environment: z.string(),
    status: z.enum(DEPLOYMENT_STATUSES),
    title: z.string().nullable(),
    description: z.string().nullable(),
    riskLevel: risk,
    riskReasons: z.array(z.object({ code: z.string(), level: risk, item: z.string().nullable(), message: z.string() })),
    requiredApprovals: z.number().int(),
    approvals: z.array(
      z.object({
        userId: z.string(),
        decision: z.enum(['approved', 'rejected']),
        comment: z.string().nullable(),
        createdAt: TimestampSchema,
      }),
    ),
    items: z.array(
      z.object({
        type: z.enum(ITEM_TYPES),
        name: z.string(),
        tag: z.string().nullable().describe('A model’s: its revision. Null: a rollback to nothing being active'),
        contentHash: z.string().nullable(),
        weight: weightOrNull,
        variants,
        previousTag: z.string().nullable().describe('What it replaces'),
        previousWeight: weightOrNull,
        previousVariants: variants,
        riskLevel: risk,
      }),
    ),
    requestedBy: z.string().describe('Id of a user or an API key'),
    createdAt: TimestampSchema,
    approvedAt: timeOrNull,
    deployedAt: timeOrNull,
    rolledBackAt: timeOrNull,
    generation: z.number().int().nullable().describe('The environment’s generation that it began'),
    rollbackOf: z.string().nullable(),
    autoDeploy: z.boolean(),
    reason: z.string().nullable().describe('Why it failed, was rolled back, or went without approvals'),
  })
  .openapi('Deployment');

const { code, detail, errors } = ProblemSchema.shape;

export const MovedDeploymentSchema = DeploymentSchema.extend({
  blocked: z
    .object({ code, detail, errors })
    .nullable()
    .describe(
      'Why it did not execute itself (`autoDeploy`, a rollback) though nothing was missing: what the deploy by hand would be refused with. Null: it did, or was not to. Of this answer only: its events keep it',
    ),
}).openapi('MovedDeployment');

export const DeploymentPageSchema = pageOf(DeploymentSchema).openapi('DeploymentPage');

export const ListQuery = PageQuery.extend({
  environment: EnvironmentNameSchema.optional(),
  status: z.enum(DEPLOYMENT_STATUSES).optional(),
});

export const DeploymentParams = z.object({
  id: z.string().openapi({ param: { name: 'id', in: 'path' }, pattern: idPattern('deployment').source }),
});

export const EnvironmentParams = z.object({ name: EnvironmentNameSchema });

export const ActiveSchema = z
  .object({
    generation: z.number().int(),
    data: z.array(
      z.object({
        type: z.enum(ITEM_TYPES),
        name: z.string(),
        tag: z.string().describe('A model’s: its revision'),
        weight: weightOrNull,
        variants,
        deploymentId: z.string(),
        generation: z.number().int(),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .openapi('Active');

export function presentActivation(row: ActivationRow): z.input<typeof ActiveSchema>['data'][number] {
  const { type, name, tag: active, experiment, deploymentId, fromGeneration: generation } = row;
  return { type, name, tag: active, ...showExperiment(experiment), deploymentId, generation };
}
