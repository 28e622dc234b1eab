export { commit, recordRefusal } from './commands/commit.ts';
export { sealAuditEvents } from './commands/seal.ts';
export type { AuditEntry } from './domain.ts';
export { listEntityEvents } from './queries/list.ts';
