/** Every permission, with what it lets one do. API-key scopes are these names. */
export const PERMISSIONS = {
  'tenant:read': 'See the tenant',
  'tenant:update': 'Rename the tenant',
  'members:read': 'See who belongs to the tenant',
  'members:manage': 'Change roles and remove members, up to admin; manage invitations',
  'members:manage_owners': 'Make, change and remove owners',
  'api_keys:manage': 'Make, see and revoke API keys',
  'prompts:read': 'See prompts, versions, translations and diffs; render them',
  'prompts:write': 'Write prompts, versions and translations',
  'assets:read': 'See assets',
  'assets:write': 'Write assets',
  'models:read': 'See models and their revisions',
  'models:manage': 'Register models and change them',
  'credentials:manage': 'Set, see the end of, and remove providers’ credentials; point models at other base URLs',
  'environments:read': 'See environments and what is active in them',
  'environments:manage': 'Make environments and change their approval policies',
  'deployments:read': 'See deployments and their events',
  'deployments:create': 'Request deployments and cancel one’s own',
  'deployments:cancel_any': 'Cancel anybody’s deployment',
  'deployments:approve': 'Approve and reject deployments',
  'deployments:execute': 'Execute approved deployments',
  'deployments:rollback': 'Roll back in any environment',
  'deployments:rollback_development': 'Roll back in development environments',
  'deployments:break_glass': 'Deploy without the approvals that are missing; switch this off for the tenant',
  'edge:read': 'Fetch and render active prompts',
  'executions:read': 'See executions and follow their streams',
  'executions:run': 'Run prompts and cancel runs',
  'datasets:read': 'See datasets and their items',
  'datasets:write': 'Write datasets, import items',
  'evaluations:read': 'See evaluators, evaluations and their results',
  'evaluations:run': 'Write evaluators; run, cancel and resume evaluations',
  'feedback:write': 'Say how good an answer was',
  'analytics:read': 'See what was fetched and run, and what it cost',
  'analytics:manage': 'Count a day anew from its events',
  'dead_letters:manage': 'See messages that could not be handled, and send them again',
  'settings:manage': 'Change limits, budgets, and what is stored of executions',
  'audit:read': 'See everybody’s audit events; verify the chain',
} as const;

export type Permission = keyof typeof PERMISSIONS;

export const PERMISSION_NAMES = Object.keys(PERMISSIONS) as readonly Permission[];

/** Only a person holds these, whatever a key's scopes say. */
const IN_PERSON: ReadonlySet<Permission> = new Set<Permission>([
  'deployments:approve',
  'deployments:break_glass',
  'api_keys:manage',
  'members:manage_owners',
]);

/** What an API key may be scoped to. */
export const API_KEY_SCOPES = PERMISSION_NAMES.filter((permission) => !IN_PERSON.has(permission));

export const ROLES = ['owner', 'admin', 'approver', 'editor', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

const viewer: readonly Permission[] = [
  'tenant:read',
  'members:read',
  'prompts:read',
  'assets:read',
  'models:read',
  'environments:read',
  'deployments:read',
  'edge:read',
  'executions:read',
  'datasets:read',
  'evaluations:read',
  'analytics:read',
];

const editor: readonly Permission[] = [
  ...viewer,
  'prompts:write',
  'assets:write',
  'deployments:create',
  'deployments:execute',
  'deployments:rollback_development',
  'executions:run',
  'datasets:write',
  'evaluations:run',
  'feedback:write',
];

const approver: readonly Permission[] = [
  ...viewer,
  'deployments:approve',
  'deployments:execute',
  'deployments:rollback',
  'deployments:rollback_development',
];

const admin: readonly Permission[] = [
  ...editor,
  ...approver,
  'tenant:update',
  'members:manage',
  'api_keys:manage',
  'models:manage',
  'credentials:manage',
  'settings:manage',
  'environments:manage',
  'deployments:cancel_any',
  'audit:read',
  'analytics:manage',
  'dead_letters:manage',
];

/** The one table from which every check, the OpenAPI document and the security suite are derived. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(PERMISSION_NAMES),
  admin: new Set(admin),
  approver: new Set(approver),
  editor: new Set(editor),
  viewer: new Set(viewer),
};

export const roleAllows = (role: Role, permission: Permission): boolean => ROLE_PERMISSIONS[role].has(permission);

/** The roles that hold a permission: an SQL filter for who may do what now. */
export const rolesAllowing = (permission: Permission): readonly Role[] =>
  ROLES.filter((role) => roleAllows(role, permission));
