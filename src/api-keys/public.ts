export { publishApiKey } from './commands/publish.ts';
export { sweepApiKeys } from './commands/sweep.ts';
export { apiKeyRecordKey, effectivePermissions, parseApiKey } from './domain.ts';
export type { ApiKeyRecord, PresentedKey } from './domain.ts';
export { authenticateApiKey } from './queries/authenticate.ts';
export { findOptionalApiKeyRecord } from './queries/find-record.ts';
export { verifyApiKeyRecord } from './queries/verify-record.ts';
/** For joins in other rooms' repos. */
export { apiKeys } from './table.ts';
