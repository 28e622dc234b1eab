import type { ZodType } from 'zod';
import type { AuditAction } from '../../kernel/audit-actions.ts';
import { type Access, tenantRoute, tenantRoutes } from '../../platform/http/route.ts';
import { cancel } from '../commands/cancel.ts';
import { deploy } from '../commands/deploy.ts';
import { rollback } from '../commands/rollback.ts';
import { vote } from '../commands/vote.ts';
import {
  ApproveSchema,
  CancelSchema,
  DeploymentParams,
  DeploymentSchema,
  DeploySchema,
  MovedDeploymentSchema,
  RejectSchema,
  RollbackSchema,
} from '../schemas.ts';

const answer = <A extends ZodType>(schema: A) => ({
  description: 'The deployment',
  content: { 'application/json': { schema } },
});
const one = answer(DeploymentSchema);
/** Of a move that may set its execution going. */
const moved = answer(MovedDeploymentSchema);

/** A move of a deployment: POST /v1/deployments/{id}/<verb>. */
const move = <V extends string, S extends ZodType, R extends 200 | 201, A extends typeof one | typeof moved>(
  verb: V,
  of: { summary: string; access: Access; action: AuditAction; schema: S; required: boolean; status: R; answer: A },
) =>
  tenantRoute({
    method: 'post',
    path: `/v1/deployments/{id}/${verb}`,
    operationId: `${verb}Deployment`,
    summary: of.summary,
    tags: ['Deployments'],
    access: of.access,
    action: of.action,
    request: {
      params: DeploymentParams,
      body: { required: of.required, content: { 'application/json': { schema: of.schema } } },
    },
    responses: { [of.status]: of.answer } as Record<R, A>,
  });

const approveRoute = move('approve', {
  summary: 'Approve, in person',
  access: 'deployments:approve',
  action: 'deployment.approve',
  schema: ApproveSchema,
  required: false,
  status: 200,
  answer: moved,
});

const rejectRoute = move('reject', {
  summary: 'Reject, in person; a rejection ends it',
  access: 'deployments:approve',
  action: 'deployment.reject',
  schema: RejectSchema,
  required: true,
  status: 200,
  answer: moved,
});

const cancelRoute = move('cancel', {
  summary: 'Withdraw what is not executed yet',
  access: ['deployments:create', 'deployments:cancel_any'],
  action: 'deployment.cancel',
  schema: CancelSchema,
  required: false,
  status: 200,
  answer: one,
});

const deployRoute = move('deploy', {
  summary: 'Execute an approved deployment',
  access: 'deployments:execute',
  action: 'deployment.deploy',
  schema: DeploySchema,
  required: false,
  status: 200,
  answer: one,
});

const rollbackRoute = move('rollback', {
  summary: 'Ask for what it replaced to be active again',
  access: ['deployments:rollback', 'deployments:rollback_development'],
  action: 'deployment.rollback',
  schema: RollbackSchema,
  required: true,
  status: 201,
  answer: moved,
});

export const moveRoutes = tenantRoutes()
  .openapi(approveRoute, async (c) => {
    const { comment } = c.req.valid('json') ?? {};
    const ballot = { decision: 'approved', comment: comment ?? null } as const;
    return c.json(await vote(c.get('tenant'), c.req.valid('param').id, ballot), 200);
  })
  .openapi(rejectRoute, async (c) => {
    const ballot = { decision: 'rejected', comment: c.req.valid('json').comment } as const;
    return c.json(await vote(c.get('tenant'), c.req.valid('param').id, ballot), 200);
  })
  .openapi(cancelRoute, async (c) => c.json(await cancel(c.get('tenant'), c.req.valid('param').id), 200))
  .openapi(deployRoute, async (c) => {
    const { breakGlass, reason } = c.req.valid('json') ?? {};
    return c.json(
      await deploy(c.get('tenant'), c.req.valid('param').id, breakGlass === true ? (reason ?? null) : null),
      200,
    );
  })
  .openapi(rollbackRoute, async (c) =>
    c.json(await rollback(c.get('tenant'), c.req.valid('param').id, c.req.valid('json').reason), 201),
  );
