export { foundTenant, type Furnish } from './commands/found.ts';
export { joinTenant } from './commands/join.ts';
export type { Tenant } from './domain.ts';
export { findInvitation } from './queries/find-invitation.ts';
export { findOptionalMembership, listMembershipsOfUser } from './repo/tenants.ts';
/** For joins in other rooms' repos. */
export { memberships, tenants } from './table.ts';
