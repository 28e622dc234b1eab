import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import { relaySocket } from '../../platform/http/relay-socket.ts';
import { evaluationObject } from '../stub.ts';
import { findEvaluation } from './find.ts';

/** A WebSocket that tells how far an evaluation has come. @throws AppError not_found, upgrade_required */
export async function watchEvaluation(context: TenantContext, id: string, request: Request): Promise<Response> {
  await findEvaluation(context, id);
  if (request.headers.get('upgrade')?.toLowerCase() !== 'websocket') {
    throw new AppError('upgrade_required', 'This is a WebSocket: connect with `Upgrade: websocket`.');
  }
  const { tenantId } = context.scope;
  const { kind, id: actorId } = context.actor;
  const headers = new Headers({ upgrade: 'websocket' });
  headers.set('x-footlight-evaluation', JSON.stringify({ tenantId, evaluationId: id }));
  headers.set('x-footlight-watcher', JSON.stringify({ kind, id: actorId }));
  // Browsers send their credential as a subprotocol; only the name is answered.
  if (request.headers.get('sec-websocket-protocol')?.includes('footlight.v1') === true) {
    headers.set('sec-websocket-protocol', 'footlight.v1');
  }
  return relaySocket(await evaluationObject(context, tenantId, id).fetch(new Request(request.url, { headers })));
}
