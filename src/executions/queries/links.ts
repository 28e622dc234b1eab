import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from '../../kernel/bytes.ts';
import type { Actor } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/errors.ts';
import type { Context, TenantContext } from '../../platform/context.ts';
import { equalInConstantTime, hmac, newSecret } from '../../platform/crypto.ts';

export interface Links {
  self: string;
  /** With a ticket in it: it opens once, within a minute. */
  stream: string;
  events: string;
}

/** What is answered at once to whoever runs something. */
export interface Accepted {
  id: string;
  status: 'queued';
  links: Links;
}

export const acceptedAs = (context: TenantContext, id: string): Accepted => ({
  id,
  status: 'queued',
  links: linksOf(context, id),
});

const TICKET_MS = 60_000;

/** Who may look at an execution once, and until when. */
interface Ticket {
  executionId: string;
  expiresAt: number;
  nonce: string;
  tenantId: string;
  actor: { kind: 'user' | 'api_key'; id: string };
}

/** Where an execution is found. */
export const selfOf = (executionId: string): string => `/v1/executions/${executionId}`;

/** The same, and where its streams are. */
export function linksOf(context: TenantContext, executionId: string): Links {
  const self = selfOf(executionId);
  return { self, stream: `${self}/stream?ticket=${newTicket(context, executionId)}`, events: `${self}/events` };
}

function newTicket(context: TenantContext, executionId: string): string {
  const { actor, config } = context;
  const ticket: Ticket = {
    executionId,
    expiresAt: context.now() + TICKET_MS,
    nonce: newSecret().slice(0, 22),
    tenantId: actor.tenantId,
    actor: { kind: actor.kind === 'api_key' ? 'api_key' : 'user', id: actor.id },
  };
  const text = toBase64Url(utf8(JSON.stringify(ticket)));
  return `${text}.${hmac(config, 'execution-ticket', text)}`;
}

/** The ticket that a text is. That it is used once is its object's to see to. @throws AppError unauthenticated */
export function readTicket(context: Context, text: string): Ticket {
  const [body = '', signature = ''] = text.split('.');
  if (!equalInConstantTime(signature, hmac(context.config, 'execution-ticket', body))) throw notATicket();
  const ticket = JSON.parse(fromUtf8(fromBase64Url(body))) as Ticket;
  if (ticket.expiresAt <= context.now()) throw notATicket();
  return ticket;
}

export const notATicket = (): AppError =>
  new AppError(
    'unauthenticated',
    'The ticket is not valid, too old, or was used before. GET the execution for a new one, or send a credential.',
  );

/** Somebody who may do nothing but look at executions. */
export function holderOf({ tenantId, actor: { kind, id } }: Ticket): Actor {
  if (kind === 'user') return { kind, id, tenantId, role: 'viewer', sessionId: 'ticket' };
  return { kind, id, tenantId, permissions: new Set(['executions:read']), environments: null, makerId: id };
}
