import { z } from '@hono/zod-openapi';
import { ENVIRONMENT_NAME } from '../kernel/names.ts';
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

export const CreateEnvironmentSchema = z
  .strictObject({
    name: EnvironmentNameSchema.openapi({ example: 'staging-eu' }),
    kind: z.enum(ENVIRONMENT_KINDS).openapi({ example: 'staging' }),
    requiredApprovals: RequiredApprovalsSchema.partial().optional().describe('By risk; the kind’s own where left out'),
  })
  .openapi('CreateEnvironment');

export const UpdateEnvironmentSchema = z
  .strictObject({ requiredApprovals: RequiredApprovalsSchema.partial() })
  .openapi('UpdateEnvironment', { example: { requiredApprovals: { low: 2 } } });

export const EnvironmentSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    kind: z.enum(ENVIRONMENT_KINDS),
    requiredApprovals: RequiredApprovalsSchema,
    generation: z.number().int().describe('Grows by one with every activation'),
    createdAt: TimestampSchema,
    updatedAt: TimestampSchema,
  })
  .openapi('Environment');

export const EnvironmentPageSchema = pageOf(EnvironmentSchema).openapi('EnvironmentPage');

export function presentEnvironment(environment: Environment): z.input<typeof EnvironmentSchema> {
  const { id, name, kind, requiredApprovals, generation, createdAt, updatedAt } = environment;
  const times = { createdAt: timestamp(createdAt), updatedAt: timestamp(updatedAt) };
  return { id, name, kind, requiredApprovals, generation, ...times };
}
