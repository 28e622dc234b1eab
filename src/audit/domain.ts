import { type Actor, personOf } from '../kernel/actor.ts';
import { AUDIT_ACTIONS, type AuditAction, type AuditRisk } from '../kernel/audit-actions.ts';
import { canonicalJson, sha256 } from '../kernel/canonical-json.ts';

/** What happened, said by the room where it happened. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly entity: { readonly type: string; readonly id: string };
  readonly data?: AuditData;
  /** Who did it, where that is not the context's actor. */
  readonly actor?: Pick<Actor, 'kind' | 'id'>;
}

/** Flat on purpose: bodies, contents and credentials cannot slip in as whole objects. */
export type AuditData = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface AuditEvent {
  readonly tenantId: string;
  readonly id: string;
  readonly at: number;
  readonly action: string;
  readonly outcome: 'done' | 'refused';
  readonly risk: AuditRisk;
  readonly actorKind: Actor['kind'];
  readonly actorId: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly data: Record<string, unknown>;
  readonly requestId: string | null;
  readonly traceId: string | null;
}

const SENSITIVE = /pass(word|wd)|secret|token|api_?key$|authorization|cookie|credential/i;
const TEXT_MAX = 500;

export function auditEvent(
  entry: AuditEntry,
  outcome: AuditEvent['outcome'],
  context: {
    readonly actor: Actor;
    readonly id: string;
    readonly now: number;
    readonly requestId: string | null;
    readonly traceId: string | null;
  },
): AuditEvent {
  const actor = entry.actor ?? context.actor;
  const person = personOf(context.actor);
  const data = entry.actor === undefined && context.actor.kind === 'api_key' ? { person, ...entry.data } : entry.data;
  return {
    tenantId: context.actor.tenantId,
    id: context.id,
    at: context.now,
    action: entry.action,
    outcome,
    risk: AUDIT_ACTIONS[entry.action],
    actorKind: actor.kind,
    actorId: actor.id,
    entityType: entry.entity.type,
    entityId: entry.entity.id,
    data: clean(data ?? {}),
    requestId: context.requestId,
    traceId: context.traceId,
  };
}

function clean(data: AuditData): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      SENSITIVE.test(key) ? '[redacted]' : typeof value === 'string' ? value.slice(0, TEXT_MAX) : value,
    ]),
  );
}

/** What the chain begins with. */
export const GENESIS = '0'.repeat(64);

/** What of an event its hash vouches for: all that it tells. A stored row has more. */
const LINKED = [
  'tenantId',
  'id',
  'at',
  'action',
  'outcome',
  'risk',
  'actorKind',
  'actorId',
  'entityType',
  'entityId',
  'data',
  'requestId',
  'traceId',
] as const satisfies readonly (keyof AuditEvent)[];

/** An event's link: the hash of what happened, its place, and the link before. */
export function linkHash(event: AuditEvent, seq: number, previousHash: string): string {
  const told = Object.fromEntries(LINKED.map((field) => [field, event[field]]));
  return sha256(canonicalJson({ ...told, seq, previousHash }));
}
