import { type Permission, roleAllows, type Role } from './permissions.ts';

/** A person, signed in to one tenant. */
export interface UserActor {
  readonly kind: 'user';
  readonly id: string;
  readonly tenantId: string;
  readonly role: Role;
  readonly sessionId: string;
}

/** A machine with an API key. Its maker answers for what it does. */
export interface ApiKeyActor {
  readonly kind: 'api_key';
  readonly id: string;
  readonly tenantId: string;
  /** What the key may do now: its scopes, less what its maker no longer may. */
  readonly permissions: ReadonlySet<Permission>;
  /** Names of the environments it is bound to, or null for all. */
  readonly environments: readonly string[] | null;
  readonly makerId: string;
}

/** Footlight itself: alarms, sweeps, the sealer. */
export interface SystemActor {
  readonly kind: 'system';
  readonly id: string;
  readonly tenantId: string;
}

export type Actor = UserActor | ApiKeyActor | SystemActor;

export function can(actor: Actor, permission: Permission): boolean {
  switch (actor.kind) {
    case 'user':
      return roleAllows(actor.role, permission);
    case 'api_key':
      return actor.permissions.has(permission);
    case 'system':
      return true;
  }
}

/** The person who answers for an actor's deeds: four eyes are counted in people. Null for the system. */
export function personOf(actor: Actor): string | null {
  switch (actor.kind) {
    case 'user':
      return actor.id;
    case 'api_key':
      return actor.makerId;
    case 'system':
      return null;
  }
}

/** Whether an actor may touch an environment at all. */
export function mayEnter(actor: Actor, environment: string): boolean {
  return actor.kind !== 'api_key' || actor.environments === null || actor.environments.includes(environment);
}

/**
 * Whose rows a query may touch. Every repo function's first argument; made only where a credential was checked
 * or by the system for one tenant.
 */
export interface TenantScope {
  readonly tenantId: string;
}
