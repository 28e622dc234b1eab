import type { TenantContext } from '../../platform/context.ts';
import { relaySocket } from '../../platform/http/relay-socket.ts';
import { watchRequest } from '../../platform/watchers.ts';
import { evaluationObject } from '../stub.ts';
import { findEvaluation } from './find.ts';

/** A WebSocket that tells how far an evaluation has come. @throws AppError not_found, upgrade_required */
export async function watchEvaluation(context: TenantContext, id: string, request: Request): Promise<Response> {
  await findEvaluation(context, id);
  const { tenantId } = context.scope;
  const value = JSON.stringify({ tenantId, evaluationId: id });
  const upgrade = watchRequest(context.actor, request, 'x-footlight-evaluation', value);
  return relaySocket(await evaluationObject(context, tenantId, id).fetch(upgrade));
}
