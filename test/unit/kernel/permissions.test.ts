import { describe, expect, it } from 'vitest';
import { type Actor, can, mayEnter, personOf } from '../../../src/kernel/actor.ts';
import {
  API_KEY_SCOPES,
  type Permission,
  PERMISSION_NAMES,
  PERMISSIONS,
  type Role,
  roleAllows,
  rolesAllowing,
  ROLES,
} from '../../../src/kernel/permissions.ts';

/** The contract's table of roles (design/contract.md, Identity), permission by permission. */
const TABLE: Record<Permission, readonly Role[]> = {
  // viewer: everything but secrets, keys and the audit of others
  'tenant:read': ['owner', 'admin', 'approver', 'editor', 'viewer'],
  'members:read': ['owner', 'admin', 'approver', 'editor', 'viewer'],
  'prompts:read': ['owner', 'admin', 'approver', 'editor', 'viewer'],
  'assets:read': ['owner', 'admin', 'approver', 'editor', 'viewer'],
  'environments:read': ['owner', 'admin', 'approver', 'editor', 'viewer'],
  'deployments:read': ['owner', 'admin', 'approver', 'editor', 'viewer'],
  'edge:read': ['owner', 'admin', 'approver', 'editor', 'viewer'],
  'models:read': ['owner', 'admin', 'approver', 'editor', 'viewer'],
  'executions:read': ['owner', 'admin', 'approver', 'editor', 'viewer'],
  'datasets:read': ['owner', 'admin', 'approver', 'editor', 'viewer'],
  'evaluations:read': ['owner', 'admin', 'approver', 'editor', 'viewer'],
  'analytics:read': ['owner', 'admin', 'approver', 'editor', 'viewer'],
  // editor: writes, runs, requests, cancels its own, executes what is approved, rolls back in development
  'prompts:write': ['owner', 'admin', 'editor'],
  'assets:write': ['owner', 'admin', 'editor'],
  'deployments:create': ['owner', 'admin', 'editor'],
  'executions:run': ['owner', 'admin', 'editor'],
  'datasets:write': ['owner', 'admin', 'editor'],
  'evaluations:run': ['owner', 'admin', 'editor'],
  'feedback:write': ['owner', 'admin', 'editor'],
  'deployments:execute': ['owner', 'admin', 'approver', 'editor'],
  'deployments:rollback_development': ['owner', 'admin', 'approver', 'editor'],
  // approver: approves, rejects, executes, rolls back
  'deployments:approve': ['owner', 'admin', 'approver'],
  'deployments:rollback': ['owner', 'admin', 'approver'],
  // admin: members up to admin, invitations, API keys, models, credentials, environments, audit, settings
  'tenant:update': ['owner', 'admin'],
  'members:manage': ['owner', 'admin'],
  'api_keys:manage': ['owner', 'admin'],
  'environments:manage': ['owner', 'admin'],
  'models:manage': ['owner', 'admin'],
  'credentials:manage': ['owner', 'admin'],
  'settings:manage': ['owner', 'admin'],
  'deployments:cancel_any': ['owner', 'admin'],
  'audit:read': ['owner', 'admin'],
  'analytics:manage': ['owner', 'admin'],
  'dead_letters:manage': ['owner', 'admin'],
  // owner: everything, owners and break-glass included
  'members:manage_owners': ['owner'],
  'deployments:break_glass': ['owner'],
};

const person = (role: Role): Actor => ({ kind: 'user', id: 'usr_1', tenantId: 'ten_1', role, sessionId: 'ses_1' });
const key = (permissions: Permission[], environments: string[] | null = null): Actor => ({
  kind: 'api_key',
  id: 'key_1',
  tenantId: 'ten_1',
  makerId: 'usr_9',
  environments,
  permissions: new Set(permissions),
});
const system: Actor = { kind: 'system', id: 'alarm', tenantId: 'ten_1' };

describe('the table of permissions', () => {
  it('is the contract’s', () => {
    expect(Object.keys(TABLE).toSorted()).toEqual([...PERMISSION_NAMES].toSorted());
    for (const permission of PERMISSION_NAMES) {
      expect(rolesAllowing(permission), permission).toEqual(TABLE[permission]);
      for (const role of ROLES) expect(roleAllows(role, permission)).toBe(TABLE[permission].includes(role));
      expect(PERMISSIONS[permission]).not.toBe('');
    }
  });

  it('gives a higher role what a lower one has', () => {
    for (const permission of PERMISSION_NAMES) {
      const rank = (role: Role) => roleAllows(role, permission);
      if (rank('viewer')) expect(ROLES.every(rank)).toBe(true);
      if (rank('editor') || rank('approver')) expect(rank('admin')).toBe(true);
      expect(rank('owner')).toBe(true);
    }
  });

  it('lets no API key approve, break glass, make owners or make keys', () => {
    expect(PERMISSION_NAMES.filter((permission) => !API_KEY_SCOPES.includes(permission)).toSorted()).toEqual([
      'api_keys:manage',
      'deployments:approve',
      'deployments:break_glass',
      'members:manage_owners',
    ]);
  });
});

describe('an actor', () => {
  it('may what its role, its scopes or its being the system say', () => {
    for (const permission of PERMISSION_NAMES) {
      for (const role of ROLES) expect(can(person(role), permission)).toBe(roleAllows(role, permission));
      expect(can(key([permission]), permission)).toBe(true);
      expect(can(key(PERMISSION_NAMES.filter((name) => name !== permission)), permission)).toBe(false);
      expect(can(system, permission)).toBe(true);
    }
  });

  it('enters the environments it is bound to', () => {
    expect(mayEnter(person('viewer'), 'production')).toBe(true);
    expect(mayEnter(system, 'production')).toBe(true);
    expect(mayEnter(key([]), 'production')).toBe(true);
    expect(mayEnter(key([], ['staging']), 'production')).toBe(false);
    expect(mayEnter(key([], ['staging']), 'staging')).toBe(true);
    expect(mayEnter(key([], []), 'staging')).toBe(false);
  });

  it('is answered for by a person, but for the system', () => {
    expect(personOf(person('editor'))).toBe('usr_1');
    expect(personOf(key([]))).toBe('usr_9');
    expect(personOf(system)).toBeNull();
  });
});
