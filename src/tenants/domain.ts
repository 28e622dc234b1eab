import { type Actor, can } from '../kernel/actor.ts';
import { idBody, idFromBody } from '../kernel/ids.ts';
import { type Permission, type Role, rolesAllowing } from '../kernel/permissions.ts';

export interface Tenant {
  id: string;
  name: string;
  /** Which database holds the tenant's rows. */
  shard: number;
  /** Whether owners may deploy without the missing approvals. */
  breakGlass: boolean;
  /** Milliseconds. */
  createdAt: number;
  updatedAt: number;
}

export interface Membership {
  tenantId: string;
  userId: string;
  role: Role;
  /** When the person joined, in milliseconds. Sessions and API keys from before it are void. */
  createdAt: number;
  updatedAt: number;
}

/** A member as others see it. */
export interface Member {
  userId: string;
  email: string;
  name: string;
  role: Role;
  createdAt: number;
}

/** What it takes to give or take a role: owners are the owners' business. */
const handling = (role: Role): Permission => (role === 'owner' ? 'members:manage_owners' : 'members:manage');

/** Whether an actor may give a role to somebody, or take it from them. */
export const mayHandle = (actor: Actor, role: Role): boolean => can(actor, handling(role));

/** The roles whose holders may give or take a role. */
export const rolesThatHandle = (role: Role): readonly Role[] => rolesAllowing(handling(role));

/** How long an invitation may be accepted: 7 days. */
export const INVITATION_MS = 7 * 24 * 60 * 60 * 1000;

export interface Invitation {
  tenantId: string;
  id: string;
  /** Lower case. */
  email: string;
  role: Role;
  /** HMAC-SHA-256 of the token under the pepper. */
  tokenHash: string;
  /** Who answers for it: it is good while they may give its role. */
  invitedBy: string;
  createdAt: number;
  expiresAt: number;
  acceptedAt: number | null;
  revokedAt: number | null;
}

/** `inv_<tenant>_<secret>`: the tenant stands in it, so that the query for it starts there. */
export const formatInvitationToken = (tenantId: string, secret: string): string => `inv_${idBody(tenantId)}_${secret}`;

const TOKEN = /^inv_([0-9a-z]{26})_[A-Za-z0-9_-]{43}$/;

/** The tenant that an invitation's token names, or null when it is none of ours. Proves nothing yet. */
export function tenantOfInvitation(token: string): string | null {
  const body = TOKEN.exec(token)?.[1];
  return body === undefined ? null : idFromBody('tenant', body);
}

/** Why an invitation can't be accepted any more, or null when it can. */
export function invitationProblem(
  invitation: Invitation,
  inviterRole: Role | null,
  now: number,
): 'accepted' | 'revoked' | 'expired' | 'unsupported' | null {
  if (invitation.acceptedAt !== null) return 'accepted';
  if (invitation.revokedAt !== null) return 'revoked';
  if (invitation.expiresAt <= now) return 'expired';
  return inviterRole !== null && rolesThatHandle(invitation.role).includes(inviterRole) ? null : 'unsupported';
}
