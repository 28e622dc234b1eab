export { AuditPageSchema, presentAuditEvent } from './schemas.ts';
