export { presentTenant, RoleSchema, TenantNameSchema, TenantSchema } from './schemas.ts';
