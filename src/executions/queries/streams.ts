import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { View } from '../domain/calls.ts';
import { relaySocket } from '../../platform/http/relay-socket.ts';
import { executionObject, type ExecutionStub } from '../stub.ts';
import { findExecution } from './find.ts';
import { notATicket, readTicket } from './links.ts';

/** How somebody wants to look: from which event on, and with which ticket if that is how they came in. */
export interface Look {
  id: string;
  since: number;
  ticket?: string | undefined;
}

/** An execution's events as Server-Sent Events. @throws AppError not_found, unauthenticated when the ticket was used before */
export function openEvents(context: TenantContext, look: Look): Promise<Response> {
  return open(context, look, {});
}

/** The same as a WebSocket. @throws AppError not_found, upgrade_required, unauthenticated */
export function openSocket(context: TenantContext, look: Look, request: Request): Promise<Response> {
  // Browsers send their credential as a subprotocol; only the name is answered.
  const named = request.headers.get('sec-websocket-protocol')?.includes('footlight.v1') === true;
  const upgrade = { upgrade: 'websocket', ...(named ? { 'sec-websocket-protocol': 'footlight.v1' } : {}) };
  return open(context, look, request.headers.get('upgrade')?.toLowerCase() === 'websocket' ? upgrade : null);
}

/** @param headers for the object; null: a WebSocket was asked for without an upgrade */
async function open(context: TenantContext, look: Look, headers: Record<string, string> | null): Promise<Response> {
  // What a ticket lets in to was looked up when it was given out.
  const ticket = look.ticket === undefined ? null : readTicket(context, look.ticket);
  if (ticket === null) await findExecution(context, look.id);
  // Also where a credential came with it, which was never asked about this execution.
  else if (ticket.executionId !== look.id || ticket.tenantId !== context.scope.tenantId) throw notATicket();
  if (headers === null) {
    throw new AppError('upgrade_required', 'This is a WebSocket: connect with `Upgrade: websocket`.');
  }
  const { tenantId } = context.scope;
  const view: View = { tenantId, executionId: look.id, since: look.since, ticket };
  const response = await askForEvents(executionObject(context, tenantId, look.id), view, { headers });
  if (response.status === 401) throw notATicket();
  return relaySocket(response);
}

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Asks an execution's object for its events. */
export function askForEvents(object: ExecutionStub, view: View, init: Asked = {}): Promise<Response> {
  const headers = { ...init.headers, 'x-footlight-view': JSON.stringify(view) };
  return object.fetch(new Request('https://object/', { ...init, headers }));
}
