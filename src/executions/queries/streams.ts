import { AppError } from '../../kernel/errors.ts';
import type { TenantContext } from '../../platform/context.ts';
import type { View } from '../domain/calls.ts';
import { relaySocket } from '../../platform/http/relay-socket.ts';
import { VIEWERS_MAX } from '../../platform/objects/viewers.ts';
import { upgradeOf } from '../../platform/subprotocol.ts';
import { executionObject, type ExecutionStub } from '../stub.ts';
import { findExecution } from './find.ts';
import { notATicket, readTicket } from './links.ts';

/** How somebody wants to look: from which event on, and with which ticket if that is how they came in. */
export interface Look {
  id: string;
  since: number;
  ticket?: string | undefined;
}

/** An execution's events as Server-Sent Events. @throws AppError not_found, unauthenticated when the ticket was used before, rate_limited */
export function openEvents(context: TenantContext, look: Look): Promise<Response> {
  return open(context, look, () => ({}));
}

/** The same as a WebSocket. @throws AppError not_found, upgrade_required, unauthenticated, rate_limited */
export function openSocket(context: TenantContext, look: Look, request: Request): Promise<Response> {
  return open(context, look, () => upgradeOf(request));
}

/** @param headersOf gives what is for the object, once it is known that there is one */
async function open(context: TenantContext, look: Look, headersOf: () => Record<string, string>): Promise<Response> {
  // What a ticket lets in to was looked up when it was given out.
  const ticket = look.ticket === undefined ? null : readTicket(context, look.ticket);
  if (ticket === null) await findExecution(context, look.id);
  // Also where a credential came with it, which was never asked about this execution.
  else if (ticket.executionId !== look.id || ticket.tenantId !== context.scope.tenantId) throw notATicket();
  const headers = headersOf();
  const { tenantId } = context.scope;
  const view: View = { tenantId, executionId: look.id, since: look.since, ticket };
  const response = await askForEvents(executionObject(context, tenantId, look.id), view, { headers });
  if (response.status === 401) throw notATicket();
  if (response.status === 429) {
    const detail = `${VIEWERS_MAX} are watching this execution, as many as may at once. Its end is at GET /v1/executions/${look.id}.`;
    throw new AppError('rate_limited', detail, { retryAfter: 5 });
  }
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
