export { foundTenant, type Furnish } from './commands/found.ts';
export { findOptionalMembership, listMembershipsOfUser, type Membership, type Tenant } from './repo.ts';
export { presentTenant, RoleSchema, TenantNameSchema, TenantSchema } from './schemas.ts';
/** For joins in other rooms' repos. */
export { memberships } from './table.ts';
