import { recordRefusal } from '../../audit/public.ts';
import { can } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { describeError, log } from '../../platform/log/log.ts';
import type { DeploymentStatus, DeploymentView, MovedDeployment } from '../domain/deployment.ts';
import { findDeployment } from '../queries/find.ts';
import { deploy } from './deploy.ts';

/**
 * Executes a deployment that asked for it (`autoDeploy`) as soon as nothing is missing. What stands in the way leaves
 * it as it is, to be executed by hand: the answer says what it was, and the deployment's events keep it. Never throws,
 * for the move before it is made.
 */
export async function deployWhenReady(context: TenantContext, view: DeploymentView): Promise<MovedDeployment> {
  const ready = view.autoDeploy && view.status === 'approved' && can(context.actor, 'deployments:execute');
  if (!ready) return { ...view, blocked: null };
  try {
    return { ...(await deploy(context, view.id, null)), blocked: null };
  } catch (error) {
    return afterRefusal(context, view, error instanceof AppError ? error : surprised(context, error));
  }
}

/** Where it stands that nothing was executed. Anywhere else, somebody was quicker: there is nothing to tell. */
const BLOCKED: ReadonlySet<DeploymentStatus> = new Set<DeploymentStatus>(['approved', 'failed']);

async function afterRefusal(context: TenantContext, view: DeploymentView, error: AppError): Promise<MovedDeployment> {
  const now = await orElse(context, view, () => findDeployment(context, view.id));
  if (!BLOCKED.has(now.status)) return { ...now, blocked: null };
  const path = `/v1/deployments/${view.id}/deploy`;
  await orElse(context, undefined, () => recordRefusal(context, { action: 'deployment.deploy', error, path }));
  const { code, message: detail, errors } = error;
  return { ...now, blocked: { code, detail, ...(errors === undefined ? {} : { errors: [...errors] }) } };
}

/** Of a surprise the log has it all, and callers hear no more than of any other. */
function surprised(context: TenantContext, error: unknown): AppError {
  report(context, error);
  return new AppError(
    'internal_error',
    'It was not executed: the error was logged under this requestId. Execute it by hand: POST /v1/deployments/{id}/deploy.',
  );
}

/** What work gives, or what there is without it: the move that led here is made, and must be answered. */
async function orElse<T>(context: TenantContext, otherwise: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    report(context, error);
    return otherwise;
  }
}

const report = (context: TenantContext, error: unknown): void =>
  log(context.config.logLevel, 'error', 'auto-deploy interrupted', {
    requestId: context.requestId,
    ...describeError(error),
  });
